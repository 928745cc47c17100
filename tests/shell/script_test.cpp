// Commands, words and problems of scripts; expected values follow POSIX XCU 2 and bash's manual.
#include "shell/script.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"

namespace corten::shell {
namespace {

// "name|arg|arg" of every command, in order.
std::string commands_of(const Script& script) {
  std::vector<std::string> lines;
  for (const Command& command : script.commands) {
    std::vector<std::string> words;
    for (const Assignment& one : command.assignments)
      words.push_back(one.name + ":=" + one.value.text);
    for (const Word& word : command.words) words.push_back(word.text);
    lines.push_back(join(words, "|"));
  }
  return join(lines, "\n");
}

struct Case {
  const char* name;
  std::string text;
  std::string expected;
};

std::string case_name(const testing::TestParamInfo<Case>& info) { return info.param.name; }

class CommandsOfScript : public testing::TestWithParam<Case> {};

TEST_P(CommandsOfScript, AreListedInOrder) {
  const Script script = parse(GetParam().text, Dialect::Bash);

  EXPECT_EQ(commands_of(script), GetParam().expected);
  EXPECT_TRUE(script.problems.empty()) << describe(script.problems.front().code);
}

INSTANTIATE_TEST_SUITE_P(
    Shell, CommandsOfScript,
    testing::ValuesIn<Case>({
        {"Empty", "", ""},
        {"OnlyComment", "# nothing here", ""},
        {"Chain", "a b && c || d; e & f\ng", "a|b\nc\nd\ne\nf\ng"},
        {"Pipe", "curl -fsSL x | tar -xz |& tee y", "curl|-fsSL|x\ntar|-xz\ntee|y"},
        {"Continuation", "apt-get \\\n  install \\\r\n  -y x", "apt-get|install|-y|x"},
        {"If", "if a; then b; elif c; then d; else e; fi && f", "a\nb\nc\nd\ne\nf"},
        {"While", "while read x; do y; done < z", "read|x\ny"},
        {"For", "for x in a b; do c $x; done", "c|${x}"},
        {"ForCStyle", "for ((i=0; i<3; i++)); do a; done", "a"},
        {"Case", "case \"$(uname -m)\" in x86|amd64) a ;; (arm*) b;; *) ;; esac; c",
         "uname|-m\na\nb\nc"},
        {"Function", "f() { a; }; function g { b; }; f", "a\nb\nf"},
        {"Subshell", "(cd x && make) && { y; }", "cd|x\nmake\ny"},
        {"Substitution", "a \"$(b $(c))\" `d \\`e\\``",
         "a|${VAR}|${VAR}\nb|${VAR}\nc\nd|${VAR}\ne"},
        {"ProcessSubstitution", "bash <(curl x)", "bash|${VAR}\ncurl|x"},
        {"ShC", "sh -c \"a && b \\\"c d\\\"\"", "sh|-c|a && b \"c d\"\na\nb|c d"},
        {"BashLc", "bash -lec 'a; b'", "bash|-lec|a; b\na\nb"},
        {"BashWithO", "bash -o pipefail -c 'a | b'", "bash|-o|pipefail|-c|a | b\na\nb"},
        {"SudoShC", "sudo -E sh -c 'a'", "sudo|-E|sh|-c|a\na"},
        {"SuC", "su -c 'apt-get update' - root", "su|-c|apt-get update|-|root\napt-get|update"},
        {"Eval", "eval 'a b'", "eval|a b\na|b"},
        {"FindExec", "find . -exec sh -c 'rm \"$1\"' _ {} \\;",
         "find|.|-exec|sh|-c|rm \"$1\"|_|{}|;\nrm|${1}"},
        {"Assignments", "A=1 B=\"x y\" c $A; D=$(e)", "A:=1|B:=x y|c|${A}\nD:=${VAR}\ne"},
        {"Array", "a=(x 'y z' $(b)); echo ${a[@]}", "a:=\nb\necho|${a}"},
        {"DeclaredArray", "declare -a x=(1 2) && y", "declare|-a|x=\ny"},
        {"Heredoc", "cat <<EOF > x\na $(b) `c`\nEOF\nd", "cat\nb\nc\nd"},
        {"QuotedHeredoc", "cat <<'EOF'\n$(b) 'x\nEOF\nd", "cat\nd"},
        {"TabsHeredoc", "cat <<-EOF\n\ta\n\tEOF\nd", "cat\nd"},
        {"TwoHeredocs", "a <<X; b <<Y\n1\nX\n2\nY\nc", "a\nb\nc"},
        {"HeredocScript", "bash <<'EOF'\na; b\nEOF\nc", "bash\na\nb\nc"},
        {"Test", "if [[ $a == b* && ! ( -f x ) ]]; then c; fi",
         "[[|${a}|==|b*|&&|!|(|-f|x|)|]]\nc"},
        {"TestRegex", "[[ $a =~ ^(a|b c)+$ ]] && c", "[[|${a}|=~|^(a|b c)+$|]]\nc"},
        {"Arithmetic", "((x > 3)) && echo $((1 + (2 * $y)))", "((|x > 3\necho|${VAR}"},
        {"SubshellInSubstitution", "a $((b); (c))", "a|${VAR}\nb\nc"},
        {"Redirections", "a >b 2>&1 </dev/null c &>> d", "a|c"},
        {"CommentBetween", "a && \\\n# note 'x\n b", "a\nb"},
        {"HashInWord", "a b#c '#d'", "a|b#c|#d"},
        {"Negated", "! a | b", "a\nb"},
        {"Time", "time { a; }; time b", "a\ntime|b"},
        {"Parameters", "a ${x:-$(b)} \"${y%'*'}\" ${#z} ${!w} ${v//a/b}",
         "a|${x}|${y}|${z}|${w}|${v}\nb"},
        {"ExtendedGlob", "rm !(a|b) c", "rm|!(a|b)|c"},
        {"ReservedAsArgument", "echo if then fi done }", "echo|if|then|fi|done|}"},
        {"EmptyCaseArms", "case x in a) ;; esac", ""},
        {"EscapedNewlineInQuotes", "a \"b \\\n c\"", "a|b  c"},
        {"AnsiC", "printf $'a\\nb\\'c'", "printf|a\nb'c"},
        {"Backslashes", "sed -i s/\\\\//g \\'x", "sed|-i|s/\\//g|'x"},
        {"Select", "select x in a; do b; done", "b"},
    }),
    case_name);

}  // namespace
}  // namespace corten::shell
