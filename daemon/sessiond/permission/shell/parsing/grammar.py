"""The parser of shell lines, made once, when the first line is read. What its trees mean is `walk.py`'s affair."""

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
EXPANSIONS = SUBSTITUTIONS | {"simple_expansion", "expansion", "arithmetic_expansion", "brace_expression"}
WORDS = EXPANSIONS | {
    "word", "string", "raw_string", "ansi_c_string", "concatenation", "number", "regex", "test_operator",
    "variable_name",
}  # fmt: skip
"""Kinds of nodes that can be a word of a command."""

IN_WORDS = WORDS | {
    "string_content", "special_variable_name", "subscript", "binary_expression", "unary_expression",
    "ternary_expression", "postfix_expression", "parenthesized_expression", "array", "variable_assignment",
    "heredoc_content", "extglob_pattern",
}  # fmt: skip
"""Kinds that can stand inside of one, or in a condition."""

STATEMENTS = frozenset({
    "command", "list", "pipeline", "redirected_statement", "negated_command", "compound_statement", "subshell",
    "if_statement", "while_statement", "for_statement", "c_style_for_statement", "case_statement", "test_command",
    "function_definition", "declaration_command", "unset_command", "variable_assignment", "variable_assignments",
})  # fmt: skip

COMPOUND = frozenset({
    "if_statement", "elif_clause", "else_clause", "while_statement", "for_statement", "c_style_for_statement",
    "do_group", "case_statement", "case_item",
})  # fmt: skip
"""Statements, and parts of them, that hold others and may run them never, once or often."""


@cache
def _parser() -> "Parser":
    import tree_sitter  # noqa: PLC0415 - costs memory and 20 ms, and most sessions begin without a shell command
    import tree_sitter_bash  # noqa: PLC0415 - the same

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


ASCII_ONLY = bytes(byte if byte < 0x80 else ord(".") for byte in range(256))
_parsing = Lock()


def parse(source: bytes) -> "Node":
    """The root of the tree; it has errors where the grammar could not read the line.

    The grammar's scanner asks C's `isalpha` about whole code points, which reads beyond its table and can end the
    process. To a shell all bytes beyond ASCII are plain parts of words, so a dot stands for each; the places of
    nodes are those in `source`.
    """
    with _parsing:  # lines are judged in threads, and a parser has a state
        return _parser().parse(source.translate(ASCII_ONLY)).root_node
