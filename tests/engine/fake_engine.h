// A Docker engine of canned answers on a unix socket, served by a thread.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.h"
#include "base/file.h"

namespace corten::test {

class FakeEngine {
 public:
  struct Answer {
    int status = 200;
    std::string body = {};
    std::size_t claimed_bytes = 0;  // Content-Length beyond the body, when not 0
    std::string raw = {};           // instead of an HTTP answer, when not empty
  };

  FakeEngine() {
    answers_["/version"] = {200, R"({"Version":"27.3.1","ApiVersion":"1.47"})"};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = socket();
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    listener_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    ::listen(listener_.get(), 16);
    server_ = std::jthread([this] { serve(); });
  }
  FakeEngine(const FakeEngine&) = delete;
  FakeEngine& operator=(const FakeEngine&) = delete;
  ~FakeEngine() { ::shutdown(listener_.get(), SHUT_RDWR); }

  FakeEngine& answer(const std::string& path, Answer answer) {
    const std::scoped_lock lock(mutex_);
    answers_[path] = std::move(answer);
    return *this;
  }
  [[nodiscard]] Answer answer_at(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    return answers_.at(path);
  }
  [[nodiscard]] std::string socket() const { return folder_.path() / "docker.sock"; }
  [[nodiscard]] std::string host() const { return "unix://" + socket(); }
  [[nodiscard]] std::vector<std::string> requests() {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (;;) {
      const Fd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client.valid()) return;
      std::string request;
      char buffer[4096];
      while (!request.contains("\r\n\r\n")) {
        const ssize_t got = ::read(client.get(), buffer, sizeof(buffer));
        if (got <= 0) break;
        request.append(buffer, static_cast<std::size_t>(got));
      }
      const std::string text = answer_to(request);
      std::size_t sent = 0;
      while (sent < text.size()) {
        const ssize_t put =
            ::send(client.get(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (put <= 0) break;
        sent += static_cast<std::size_t>(put);
      }
    }
  }

  std::string answer_to(const std::string& request) {
    const std::size_t from = request.find(' ') + 1;
    const std::string path = request.substr(from, request.find(' ', from) - from);
    const std::scoped_lock lock(mutex_);
    requests_.push_back(path);
    const auto found = answers_.find(path);
    const Answer answer =
        found == answers_.end() ? Answer{404, R"({"message":"no such thing"})"} : found->second;
    if (!answer.raw.empty()) return answer.raw;
    return "HTTP/1.1 " + std::to_string(answer.status) +
           " X\r\nConnection: close\r\nContent-Length: " +
           std::to_string(answer.body.size() + answer.claimed_bytes) + "\r\n\r\n" + answer.body;
  }

  TempDir folder_ = TempDir::create("fake-engine").value();
  std::mutex mutex_;
  std::map<std::string, Answer> answers_;
  std::vector<std::string> requests_;
  Fd listener_;
  std::jthread server_;  // last: joined before what it uses goes
};

}  // namespace corten::test
