/** A condition on options: `network`, `not network`, `(a or b) and not c`. */
export type Condition =
  | { readonly op: "option"; readonly name: string; readonly start: number; readonly end: number }
  | { readonly op: "not"; readonly of: Condition }
  | { readonly op: "and" | "or"; readonly left: Condition; readonly right: Condition };

/** Where and why a text is no condition; offsets are into the text. */
export class WhenSyntaxError extends Error {
  readonly start: number;
  readonly end: number;

  constructor(message: string, start: number, end: number) {
    super(message);
    this.start = start;
    this.end = end;
  }
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const words = new Set(["and", "or", "not"]);

/**
 * Reads the text of a `when`. `not` binds tightest, then `and`, then `or`.
 * @throws WhenSyntaxError
 */
export function parseWhen(text: string): Condition {
  const tokens = tokenize(text);
  let next = 0;
  const end: Token = { text: "", start: Math.max(0, text.length - 1), end: Math.max(1, text.length) };
  const peek = () => tokens[next] ?? end;

  const binary = (op: "and" | "or", operand: () => Condition): Condition => {
    let left = operand();
    while (peek().text === op) {
      next += 1;
      left = { op, left, right: operand() };
    }
    return left;
  };
  const either = (): Condition => binary("or", both);
  const both = (): Condition => binary("and", single);
  const single = (): Condition => {
    const token = peek();
    next += 1;
    if (token.text === "not") return { op: "not", of: single() };
    if (token.text === "(") {
      const inner = either();
      expect(")", token);
      return inner;
    }
    if (token.text === "" || token.text === ")" || words.has(token.text)) {
      const found = token.text === "" ? "the condition ends" : `\`${token.text}\` stands`;
      throw new WhenSyntaxError(`Here ${found} where an option's name belongs.`, token.start, token.end);
    }
    return { op: "option", name: token.text, start: token.start, end: token.end };
  };
  const expect = (wanted: string, opened: Token): void => {
    if (peek().text !== wanted) {
      throw new WhenSyntaxError("This parenthesis is never closed.", opened.start, opened.end);
    }
    next += 1;
  };

  const condition = either();
  const rest = peek();
  if (rest !== end) {
    const message = `\`${rest.text}\` does not belong here: put \`and\` or \`or\` between names.`;
    throw new WhenSyntaxError(message, rest.start, rest.end);
  }
  return condition;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(/\s+|[()]|[A-Za-z][A-Za-z0-9_-]*|./gsu)) {
    const token = { text: match[0], start: match.index, end: match.index + match[0].length };
    if (/^\s/.test(token.text)) continue;
    if (!/^[()A-Za-z]/.test(token.text)) {
      const message = `\`${token.text}\` cannot be part of a condition: use names, not, and, or, ( ).`;
      throw new WhenSyntaxError(message, token.start, token.end);
    }
    tokens.push(token);
  }
  return tokens;
}

/** The option names that a condition mentions, with their places in its text. */
export function optionsOf(condition: Condition): readonly (Token & { readonly name: string })[] {
  if (condition.op === "not") return optionsOf(condition.of);
  if (condition.op !== "option") return [...optionsOf(condition.left), ...optionsOf(condition.right)];
  return [{ ...condition, text: condition.name }];
}

/** Whether the condition holds when exactly `enabled` are on. */
export function holds(condition: Condition, enabled: ReadonlySet<string>): boolean {
  if (condition.op === "option") return enabled.has(condition.name);
  if (condition.op === "not") return !holds(condition.of, enabled);
  const left = holds(condition.left, enabled);
  const right = holds(condition.right, enabled);
  return condition.op === "and" ? left && right : left || right;
}
