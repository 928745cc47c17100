// Fixes of the rules on secrets: before and after, byte for byte.
#include "dockerfile/rules/fix_helper.h"

namespace corten::dockerfile {
namespace {

TEST(FixOfVariable, LendsItToTheStepsThatUseIt) {
  constexpr std::string_view kBefore =
      "FROM node:22\nARG API_TOKEN\nCOPY . .\nRUN curl -H \"X: $API_TOKEN\" https://a.example/ && "
      "\\\n    npm ci\nCMD [\"node\", \"a\"]\n";
  constexpr std::string_view kAfter =
      "FROM node:22\nCOPY . .\nRUN --mount=type=secret,id=api_token,env=API_TOKEN curl -H \"X: "
      "$API_TOKEN\" https://a.example/ && \\\n    npm ci\nCMD [\"node\", \"a\"]\n";
  expect_fixes(
      {
          {"CL2001", kBefore, kAfter},
          {"CL2005", kBefore, kAfter},
          // One of several pairs, and steps with flags of their own.
          {"CL2001",
           "FROM debian:12\nENV A=1 \\\n    DB_PASSWORD=h8Kd02ms \\\n    B=2\nRUN "
           "--network=none /init -p ${DB_PASSWORD}\n",
           "FROM debian:12\nENV A=1 \\\n    B=2\nRUN "
           "--mount=type=secret,id=db_password,env=DB_PASSWORD --network=none /init -p "
           "${DB_PASSWORD}\n"},
          {"CL2001", "FROM debian:12\nENV DB_PASSWORD=h8Kd02ms A=1\nCMD [\"/a\"]\n",
           "FROM debian:12\nENV A=1\nCMD [\"/a\"]\n"},
          // The argument and the variable that keeps it.
          {"CL2001",
           "FROM debian:12\r\nARG API_TOKEN\r\nENV API_TOKEN=$API_TOKEN\r\nRUN /init "
           "$API_TOKEN\r\nCMD [\"/a\"]\r\n",
           "FROM debian:12\r\nRUN --mount=type=secret,id=api_token,env=API_TOKEN /init "
           "$API_TOKEN\r\nCMD [\"/a\"]\r\n"},
      },
      Safety::Unsafe);
}

TEST(FixOfVariable, IsNoneWhereMoreThanAStepNeedsIt) {
  expect_fixes(
      {
          // Nothing here says what takes it.
          {"CL2001", "FROM node:22\nARG NPM_TOKEN\nRUN npm ci\n", "no fix"},
          {"CL2001", "FROM debian:12\nARG API_TOKEN\nLABEL a=$API_TOKEN\nRUN a $API_TOKEN\n",
           "no fix"},
          {"CL2001", "FROM debian:12\nARG API_TOKEN\nENV OTHER=$API_TOKEN\nRUN a $API_TOKEN\n",
           "no fix"},
          // The step writes it into a file of the layer.
          {"CL2001",
           "FROM node:22\nARG NPM_TOKEN\nRUN echo \"_authToken=$NPM_TOKEN\" > /root/.npmrc\n",
           "no fix"},
          {"CL2001",
           "# syntax=docker/dockerfile:1.4\nFROM debian:12\nARG API_TOKEN\nRUN a $API_TOKEN\n",
           "no fix"},
          {"CL2001",
           "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nARG API_TOKEN\nRUN a %API_TOKEN%\n",
           "no fix"},
      },
      Safety::Unsafe);
}

TEST(FixOfVariable, SaysHowTheSecretComesIn) {
  const Offer mended =
      offer_of("CL2001", "FROM debian:12\nENV DB_PASSWORD=h8Kd02ms\nRUN /init $DB_PASSWORD\n");
  EXPECT_NE(mended.note.find("docker build --secret id=db_password,env=DB_PASSWORD"),
            std::string::npos)
      << mended.note;
  EXPECT_NE(mended.note.find("the container must be given DB_PASSWORD"), std::string::npos);
  EXPECT_NE(mended.note.find("has to be changed"), std::string::npos);
}

TEST(FixOfSecretFile, LendsItToTheStepsThatReadIt) {
  expect_fixes(
      {
          {"CL2003", "FROM node:22\nWORKDIR /app\nCOPY .npmrc .\nRUN npm ci\n",
           "FROM node:22\nWORKDIR /app\nRUN --mount=type=secret,id=npmrc,target=/app/.npmrc npm "
           "ci\n"},
          {"CL2003", "FROM node:22\nWORKDIR /app\nCOPY package.json .npmrc ./\nRUN npm ci\n",
           "FROM node:22\nWORKDIR /app\nCOPY package.json ./\nRUN "
           "--mount=type=secret,id=npmrc,target=/app/.npmrc npm ci\n"},
          // Removed too late, and needlessly now.
          {"CL2004", "FROM node:22\nCOPY .npmrc /root/.npmrc\nRUN npm ci && rm -f /root/.npmrc\n",
           "FROM node:22\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n"},
          {"CL2004", "FROM node:22\nCOPY .npmrc /root/.npmrc\nRUN npm ci\nRUN rm -f /root/.npmrc\n",
           "FROM node:22\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n"},
          {"CL2003",
           "FROM alpine:3.22\nCOPY id_rsa /root/.ssh/id_rsa\nRUN chmod 600 /root/.ssh/id_rsa \\\n  "
           "&& git clone git@a.example:b/c.git /c \\\n  && rm /root/.ssh/id_rsa\n",
           "FROM alpine:3.22\nRUN --mount=type=secret,id=id_rsa,target=/root/.ssh/id_rsa git clone "
           "git@a.example:b/c.git /c\n"},
          {"CL2005",
           "FROM alpine:3.22\nCOPY id_rsa /root/.ssh/id_rsa\nRUN git clone git@a.example:b/c.git "
           "/c\n",
           "FROM alpine:3.22\nRUN --mount=type=secret,id=id_rsa,target=/root/.ssh/id_rsa git clone "
           "git@a.example:b/c.git /c\n"},
          // Whoever runs the step must be able to read it.
          {"CL2003", "FROM node:22\nWORKDIR /app\nUSER node\nCOPY .npmrc .\nRUN npm ci\n",
           "FROM node:22\nWORKDIR /app\nUSER node\nRUN "
           "--mount=type=secret,id=npmrc,target=/app/.npmrc,uid=1000 npm ci\n"},
      },
      Safety::Unsafe);
}

TEST(FixOfSecretFile, IsNoneWhereItIsNotOnlyRead) {
  expect_fixes(
      {
          {"CL2003", "FROM debian:12\nCOPY .env /app/.env\nCMD [\"/app/a\"]\n", "no fix"},
          {"CL2003", "FROM node:22\nCOPY .npmrc /root/.npmrc\nRUN cp /root/.npmrc /a && npm ci\n",
           "no fix"},
          {"CL2003",
           "FROM node:22\nCOPY .npmrc /root/.npmrc\nRUN echo a >> /root/.npmrc && npm ci\n",
           "no fix"},
          {"CL2003", "FROM node:22\nCOPY .npmrc /root/.npmrc\nRUN npm ci && rm -rf /root\n",
           "no fix"},
          {"CL2003",
           "FROM node:22\nCOPY .npmrc /root/.npmrc\nRUN if npm ci; then rm /root/.npmrc; fi\n",
           "no fix"},
          {"CL2003", "FROM node:22\nONBUILD COPY .npmrc /root/.npmrc\nRUN npm ci\n", "no fix"},
      },
      Safety::Unsafe);
}

}  // namespace
}  // namespace corten::dockerfile
