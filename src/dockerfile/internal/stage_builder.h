// Walks the instructions once and fills Stages.
#pragma once

#include "dockerfile/stages.h"

namespace corten::dockerfile {

class StageBuilder {
 public:
  StageBuilder(const Dockerfile& file, const StageOptions& options);

  [[nodiscard]] Stages build();

 private:
  void add_stage(const Instruction& from);
  void name_stage(Stage& stage, const Instruction& from);
  void add_instruction(const Instruction& instruction);
  void define(const Instruction& instruction);
  [[nodiscard]] Definition evaluate(const Instruction& instruction, std::uint32_t pair);
  void set_argument(Definition& definition, const Pair& pair, const Instruction& instruction);
  [[nodiscard]] std::string_view plain_name(std::string_view name);
  void insert(Definition definition);
  void change_directory(const Instruction& instruction);
  void refer(Use use, const Instruction& instruction, std::string_view name, Range range);
  void resolve_references();
  void mark_final();
  void mark_used();
  void mark_windows();
  [[nodiscard]] bool spend(std::size_t bytes);  // of kMaxScopeBytes; false when it is used up

  const Dockerfile& file_;
  Stages out_;
  Stages::State state_;
  std::uint32_t stage_ = kNone;
  std::size_t spent_ = 0;
};

}  // namespace corten::dockerfile
