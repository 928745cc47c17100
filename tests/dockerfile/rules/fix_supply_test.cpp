// Fixes of the rules on downloads, packages and images: before and after, byte for byte.
#include "dockerfile/rules/fix_helper.h"

namespace corten::dockerfile {
namespace {

TEST(FixOfChecks, TurnsThemOnAgain) {
  expect_fixes(
      {
          {"CL3005", "FROM debian:12\nRUN curl -k https://a.example/x -o /x\n",
           "FROM debian:12\nRUN curl https://a.example/x -o /x\n"},
          {"CL3005", "FROM debian:12\nRUN curl -fsSLk https://a.example/x -o /x\n",
           "FROM debian:12\nRUN curl -fsSL https://a.example/x -o /x\n"},
          {"CL3005", "FROM debian:12\nRUN a && \\\n    curl https://a.example/x --insecure && b\n",
           "FROM debian:12\nRUN a && \\\n    curl https://a.example/x && b\n"},
          {"CL3005", "FROM alpine:3.22\nRUN wget --no-check-certificate https://a.example/x\n",
           "FROM alpine:3.22\nRUN wget https://a.example/x\n"},
          {"CL3005", "FROM python:3.13\nRUN pip install --trusted-host a.example flask\n",
           "FROM python:3.13\nRUN pip install flask\n"},
          {"CL3005", "FROM python:3.13\nRUN pip install --trusted-host=a.example flask\n",
           "FROM python:3.13\nRUN pip install flask\n"},
          {"CL3005", "FROM debian:12\nRUN apt-get install -y --allow-unauthenticated jq\n",
           "FROM debian:12\nRUN apt-get install -y jq\n"},
          {"CL3005", "FROM debian:12\nRUN [\"curl\", \"-k\", \"https://a.example/x\"]\n",
           "FROM debian:12\nRUN [\"curl\", \"https://a.example/x\"]\n"},
          {"CL3005", "FROM node:22\nRUN npm config set strict-ssl false && npm ci\n",
           "FROM node:22\nRUN npm ci\n"},
          {"CL3005", "FROM debian:12\nRUN git config --global http.sslVerify false\nCOPY a a\n",
           "FROM debian:12\nCOPY a a\n"},
          {"CL3005",
           "FROM debian:12\nRUN git -c http.sslVerify=false clone https://a.example/b /b\n",
           "FROM debian:12\nRUN git clone https://a.example/b /b\n"},
          {"CL3005", "FROM fedora:43\nRUN dnf install -y --setopt=sslverify=0 jq\n",
           "FROM fedora:43\nRUN dnf install -y jq\n"},
          {"CL3005", "FROM node:22\nENV NODE_TLS_REJECT_UNAUTHORIZED=0 A=b\n",
           "FROM node:22\nENV A=b\n"},
          {"CL3005", "FROM node:22\nENV NODE_TLS_REJECT_UNAUTHORIZED=0\nCOPY a a\n",
           "FROM node:22\nCOPY a a\n"},
          {"CL3005", "FROM node:22\nRUN NODE_TLS_REJECT_UNAUTHORIZED=0 npm ci\n",
           "FROM node:22\nRUN npm ci\n"},
          {"CL3005", "FROM node:22\nRUN export NODE_TLS_REJECT_UNAUTHORIZED=0 && npm ci\n",
           "FROM node:22\nRUN npm ci\n"},
          {"CL3005",
           "FROM debian:12\nRUN echo \"deb [trusted=yes] https://a.example/ b c\" > /etc/apt/a\n",
           "no fix"},
          {"CL3005", "FROM node:22\nRUN npm config set strict-ssl false || true\n", "no fix"},
      },
      Safety::Unsafe);
}

TEST(FixOfDownloads, SpeaksTls) {
  expect_fixes(
      {
          {"CL3006", "FROM debian:12\nRUN wget -O /x http://a.example/x\n",
           "FROM debian:12\nRUN wget -O /x https://a.example/x\n"},
          {"CL3006", "FROM debian:12\nRUN a && \\\n  curl 'http://a.example/x' | tar x\n",
           "FROM debian:12\nRUN a && \\\n  curl 'https://a.example/x' | tar x\n"},
          {"CL3006", "FROM debian:12\nADD http://a.example/x /x\n",
           "FROM debian:12\nADD https://a.example/x /x\n"},
          {"CL3006", "FROM debian:12\nENV U=http://a.example\nRUN curl $U/x -o /x\n", "no fix"},
          // Signed, and TLS would need certificates that the image may lack.
          {"CL3006",
           "FROM debian:12\nRUN echo 'deb http://a.example/ b c' > /etc/apt/sources.list\n",
           "no fix"},
      },
      Safety::Unsafe);
}

TEST(FixOfImages, FollowsTheOnesThatMoved) {
  expect_fixes(
      {
          {"CL3009", "FROM k8s.gcr.io/pause:3.9\n", "FROM registry.k8s.io/pause:3.9\n"},
          {"CL3009", "FROM centos:7\n", "no fix"},
      },
      Safety::Safe);
}

TEST(FixOfPackages, HoldsThemToWhatIsWritten) {
  expect_fixes(
      {
          {"CL3010", "FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm install\n",
           "FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm ci\n"},
          {"CL3010",
           "FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm i --omit=dev && b\n",
           "FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm ci --omit=dev && b\n"},
          {"CL3010", "FROM rust:1.90\nRUN cargo install ripgrep\n",
           "FROM rust:1.90\nRUN cargo install --locked ripgrep\n"},
          {"CL3010", "FROM golang:1.26\nRUN go install a.example/b@latest\n", "no fix"},
          {"CL3010", "FROM node:22\nRUN npm i -g typescript\n", "no fix"},
          {"CL3011", "FROM debian:12\nRUN apt-get update && apt-get dist-upgrade -y\n",
           "FROM debian:12\nRUN apt-get update && apt-get upgrade -y\n"},
          {"CL3011", "FROM debian:12\nRUN apt full-upgrade -y\n",
           "FROM debian:12\nRUN apt upgrade -y\n"},
          {"CL3011", "FROM alpine:3.22\nRUN apk upgrade\n", "no fix"},
          {"CL3013", "FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl\n",
           "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n"},
          {"CL3013",
           "FROM debian:12\nRUN a && apt-get update -q\nCOPY a a\nRUN b && \\\n    apt-get install "
           "-y "
           "curl\n",
           "FROM debian:12\nRUN a\nCOPY a a\nRUN b && \\\n    apt-get update -q && apt-get install "
           "-y curl\n"},
          {"CL3013", "FROM debian:12\nRUN apt-get update\n", "no fix"},
          {"CL3013",
           "FROM debian:12\nRUN apt-get update\nRUN if a; then apt-get install -y curl; fi\n",
           "no fix"},
      },
      Safety::Unsafe);
}

}  // namespace
}  // namespace corten::dockerfile
