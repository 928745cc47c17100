#include "lsp/work_queue.h"

#include <algorithm>
#include <utility>

namespace corten::lsp {

bool WorkQueue::add_request(RequestId id, Work work) {
  {
    const std::scoped_lock lock(mutex_);
    if (requests_.size() >= kMaxWaitingRequests) return false;
    requests_.push_back({std::move(id), std::move(work)});
  }
  changed_.notify_one();
  return true;
}

void WorkQueue::add_lint(const std::string& uri, Clock::time_point due, Work work) {
  {
    const std::scoped_lock lock(mutex_);
    lints_.insert_or_assign(uri, Lint{due, std::move(work)});
  }
  changed_.notify_one();
}

bool WorkQueue::cancel(const RequestId& id) {
  const std::scoped_lock lock(mutex_);
  const auto waiting = std::ranges::find(requests_, id, &Request::id);
  if (waiting == requests_.end()) return false;
  requests_.erase(waiting);
  return true;
}

void WorkQueue::hurry() {
  {
    const std::scoped_lock lock(mutex_);
    for (auto& [uri, lint] : lints_) lint.due = Clock::time_point::min();
  }
  changed_.notify_one();
}

void WorkQueue::finish() {
  {
    const std::scoped_lock lock(mutex_);
    finishing_ = true;
  }
  hurry();
}

void WorkQueue::stop() {
  {
    const std::scoped_lock lock(mutex_);
    finishing_ = true;
    requests_.clear();
    lints_.clear();
  }
  changed_.notify_one();
}

WorkQueue::Work WorkQueue::take(Clock::time_point now) {
  if (!requests_.empty()) {
    Work work = std::move(requests_.front().work);
    requests_.pop_front();
    return work;
  }
  const auto first =
      std::ranges::min_element(lints_, {}, [](const auto& entry) { return entry.second.due; });
  if (first == lints_.end() || first->second.due > now) return {};
  Work work = std::move(first->second.work);
  lints_.erase(first);
  return work;
}

bool WorkQueue::run_next() {
  Work work;
  {
    std::unique_lock lock(mutex_);
    while (!(work = take(Clock::now()))) {
      if (finishing_ && lints_.empty()) return false;
      if (lints_.empty()) {
        changed_.wait(lock);
        continue;
      }
      const auto first =
          std::ranges::min_element(lints_, {}, [](const auto& entry) { return entry.second.due; });
      changed_.wait_until(lock, first->second.due);
    }
  }
  work();
  return true;
}

void WorkQueue::run_all() {
  while (true) {
    Work work;
    {
      const std::scoped_lock lock(mutex_);
      work = take(Clock::time_point::max());
    }
    if (!work) return;
    work();
  }
}

}  // namespace corten::lsp
