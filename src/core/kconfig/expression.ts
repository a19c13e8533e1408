/** A dependency as Kconfig writes it. */
export type Expression =
  | { readonly is: "symbol"; readonly name: string }
  /** A word in quotes, or the answer of a macro, which nobody here knows. */
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "macro"; readonly text: string }
  | { readonly is: "not"; readonly of: Expression }
  | { readonly is: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | {
      readonly is: "compare";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    };

const tokenPattern =
  /\s*(?:(&&|\|\||!=|<=|>=|[=<>!()])|"([^"]*)"|'([^']*)'|(\$\((?:[^()]|\([^()]*\))*\))|([\w.$-]+))/y;

type Token = { readonly kind: "sign" | "text" | "macro" | "word"; readonly text: string };

/** Reads a dependency; undefined for what is none. */
export function parseExpression(text: string): Expression | undefined {
  const tokens = tokensOf(text);
  if (!tokens) return undefined;
  let at = 0;
  const sign = (...signs: string[]): string | undefined => {
    const token = tokens[at];
    if (token?.kind !== "sign" || !signs.includes(token.text)) return undefined;
    at++;
    return token.text;
  };
  const chain = (is: "and" | "or", operator: string, part: () => Expression | undefined) => () => {
    let left = part();
    while (left && sign(operator)) {
      const right = part();
      left = right && { is, left, right };
    }
    return left;
  };
  const operand = (): Expression | undefined => {
    const token = tokens[at];
    if (!token || token.kind === "sign") return undefined;
    at++;
    return token.kind === "word" ? { is: "symbol", name: token.text } : { is: token.kind, text: token.text };
  };
  const unary = (): Expression | undefined => {
    if (sign("!")) {
      const of = unary();
      return of && { is: "not", of };
    }
    if (sign("(")) {
      const inner = either();
      return sign(")") ? inner : undefined;
    }
    const left = operand();
    const operator = left && sign("=", "!=", "<", ">", "<=", ">=");
    if (!operator) return left;
    const right = operand();
    return right && { is: "compare", operator, left, right };
  };
  const both = chain("and", "&&", unary);
  const either = chain("or", "||", both);
  const whole = either();
  return at === tokens.length ? whole : undefined;
}

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  const end = text.trimEnd().length;
  while (tokenPattern.lastIndex < end) {
    const found = tokenPattern.exec(text);
    if (!found) return undefined;
    const [, sign, double, single, macro, word] = found;
    const quoted = double ?? single;
    if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
    else if (quoted !== undefined) tokens.push({ kind: "text", text: quoted });
    else if (macro !== undefined) tokens.push({ kind: "macro", text: macro });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
  }
  return tokens;
}
