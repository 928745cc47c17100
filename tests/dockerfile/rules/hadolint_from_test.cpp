// hadolint's rules about FROM. What each rule means: its documentation, in our words.
#include "dockerfile/rules/verdict_table.h"

namespace corten::dockerfile {
namespace {

TEST(HadolintFrom, WantsTag) {
  expect_verdicts({
      {"DL3006", "FROM debian\n", {1}},
      {"DL3006", "FROM localhost:5000/app\n", {1}},
      {"DL3006", "FROM registry.example/team/app AS build\nRUN make\n", {1}},
      {"DL3006", "FROM --platform=$BUILDPLATFORM golang AS build\nFROM alpine:3.22\n", {1}},
      {"DL3006", "FROM debian:12 AS a\nFROM debian AS b\n", {2}},
      {"DL3006", "ARG NAME=debian\nFROM docker.io/library/$NAME\n", {2}},
      {"DL3006", "FROM debian:12\n", {}},
      {"DL3006", "FROM scratch\n", {}},
      {"DL3006", "ARG BASE\nFROM $BASE\n", {}},
      {"DL3006", "ARG BASE=debian\nFROM ${BASE}\n", {}},
      {"DL3006", "FROM debian:12 AS build\nFROM build\n", {}},
      {"DL3006", "FROM debian:12 AS Build\nFROM build AS b\n", {}},
      {"DL3006", "FROM localhost:5000/app:1\n", {}},
      {"DL3006", "ARG V=12\nFROM debian:$V\n", {}},
      {"DL3006", "ARG I\nFROM registry.example/$I\n", {}},
      {"DL3006",
       "FROM debian@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
       {}},
      {"DL3006", "FROM debian AS a\nFROM a\nFROM b\n", {1, 3}},
  });
}

TEST(HadolintFrom, RefusesLatest) {
  expect_verdicts({
      {"DL3007", "FROM debian:latest\n", {1}},
      {"DL3007", "FROM localhost:5000/app:latest AS x\n", {1}},
      {"DL3007", "FROM debian:12 AS a\nFROM node:latest\n", {2}},
      {"DL3007", "FROM --platform=linux/amd64 debian:latest\n", {1}},
      {"DL3007", "ARG TAG=latest\nFROM debian:${TAG}\n", {2}},
      {"DL3007", "FROM debian:12\n", {}},
      {"DL3007", "FROM debian\n", {}},
      {"DL3007", "FROM debian:latest-slim\n", {}},
      {"DL3007", "ARG TAG\nFROM debian:$TAG\n", {}},
      {"DL3007",
       "FROM debian:latest@sha256:"
       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
       {}},
      {"DL3007", "FROM debian:12 AS latest\nFROM latest\n", {}},
  });
  expect_verdicts({{"DL3007", "ARG TAG=latest\nFROM debian:${TAG}\n", {}}}, options_of_hadolint());
}

TEST(HadolintFrom, RefusesSecondAliasOfOneName) {
  expect_verdicts({
      {"DL3024", "FROM a:1 AS x\nFROM b:1 AS x\n", {2}},
      {"DL3024", "FROM a:1 AS x\nFROM b:1 AS y\nFROM c:1 AS x\n", {3}},
      {"DL3024", "FROM a:1 AS x\nFROM b:1 AS x\nFROM c:1 AS x\n", {2, 3}},
      {"DL3024", "FROM a:1 as Build\nFROM b:1 as build\n", {2}},
      {"DL3024", "FROM a:1 AS x\nFROM b:1 AS y\n", {}},
      {"DL3024", "FROM a:1\nFROM a:1\n", {}},
      {"DL3024", "FROM a:1 AS x\nFROM x\n", {}},
      {"DL3024", "FROM a:1 AS a\nFROM a AS b\n", {}},
  });
  expect_verdicts({{"DL3024", "FROM a:1 as Build\nFROM b:1 as build\n", {}}},
                  options_of_hadolint());
}

TEST(HadolintFrom, RefusesFixedPlatform) {
  expect_verdicts({
      {"DL3029", "FROM --platform=linux/amd64 debian:12\n", {1}},
      {"DL3029",
       "FROM --platform=windows/amd64 mcr.microsoft.com/windows/nanoserver:ltsc2025\n",
       {1}},
      {"DL3029", "FROM a:1\nFROM --platform=linux b:1\n", {2}},
      {"DL3029", "ARG P=linux/arm64\nFROM --platform=$P b:1\n", {2}},
      {"DL3029", "FROM debian:12\n", {}},
      {"DL3029", "FROM --platform=$BUILDPLATFORM debian:12\n", {}},
      {"DL3029", "FROM --platform=${TARGETPLATFORM} debian:12\n", {}},
      {"DL3029", "FROM --platform=${BUILDPLATFORM:-linux/amd64} debian:12\n", {}},
  });
}

TEST(HadolintFrom, TrustsOnlyListedRegistries) {
  RuleOptions options = options_of_today();
  options.trusted_registries = {"ghcr.io", "*.example", "mirror*"};
  expect_verdicts(
      {
          {"DL3026", "FROM debian:12\n", {1}},
          {"DL3026", "FROM quay.io/a/b:1\n", {1}},
          {"DL3026", "FROM ghcr.io/a/b:1\nCOPY --from=nginx:1 /a /b\n", {2}},
          {"DL3026", "FROM scratch\nRUN --mount=type=bind,from=busybox:1,target=/b true\n", {2}},
          {"DL3026", "FROM example/b:1\n", {1}},
          {"DL3026", "FROM docker.io/library/debian:12\n", {1}},
          {"DL3026", "FROM ghcr.io/a/b:1\n", {}},
          {"DL3026", "FROM r.example/a/b:1\n", {}},
          {"DL3026", "FROM mirror.local:5000/a/b:1\n", {}},
          {"DL3026", "FROM scratch\n", {}},
          {"DL3026",
           "FROM ghcr.io/a:1 AS x\nFROM x\nCOPY --from=x /a /b\nCOPY --from=0 /a /b\n",
           {}},
          {"DL3026", "ARG R=ghcr.io\nFROM $R/a:1\n", {}},
      },
      options);
  options.trusted_registries = {"docker.io"};
  expect_verdicts(
      {
          {"DL3026", "FROM debian:12\n", {}},
          {"DL3026", "FROM docker.io/library/debian:12\n", {}},
          {"DL3026", "FROM hub.docker.com/library/debian:12\n", {}},
          {"DL3026", "FROM ghcr.io/a/b:1\n", {1}},
      },
      options);
  expect_verdicts({{"DL3026", "FROM quay.io/a/b:1\n", {}}});
}

TEST(HadolintFrom, PointsAtTheName) {
  EXPECT_EQ(first_seen("DL3006", "FROM --platform=$BUILDPLATFORM debian AS x\n").text, "debian");
  EXPECT_EQ(first_seen("DL3007", "FROM \\\n  debian:latest\n").text, "debian:latest");
  EXPECT_EQ(first_seen("DL3024", "FROM a:1 AS x\nFROM b:1 AS x\n").text, "x");
  EXPECT_EQ(first_seen("DL3029", "FROM --platform=linux/s390x a:1\n").text,
            "--platform=linux/s390x");
}

}  // namespace
}  // namespace corten::dockerfile
