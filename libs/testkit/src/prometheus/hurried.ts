import { parse, stringify } from 'yaml'

const millisecondsOf: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}

const shortened = (duration: string, factor: number): string => {
  let total = 0
  for (const [, count, unit] of duration.matchAll(/(\d+)(ms|[smhdwy])/g))
    total += Number(count) * (millisecondsOf[unit ?? ''] ?? 0)
  return `${Math.max(1, Math.round(total / factor))}ms`
}

const duration = String.raw`(?:\d+(?:ms|[smhdwy]))+`

/** An expression with its windows, offsets and looks ahead (`predict_linear(…, 4 * 3600)`) shortened by a factor; strings stay as they are. */
export const hurriedExpression = (expression: string, factor: number): string =>
  expression.replace(
    new RegExp(
      `"[^"]*"|\\[(?<range>${duration})(?::(?<step>${duration})?)?\\]|\\boffset\\s+(?<offset>${duration})|,\\s*(?<hours>\\d+) \\* 3600\\s*\\)`,
      'g',
    ),
    (whole, ...rest) => {
      const { range, step, offset, hours } = rest.at(-1) as Readonly<Record<string, string | undefined>>
      if (range) {
        const inner = whole.includes(':') ? `:${step ? shortened(step, factor) : ''}` : ''
        return `[${shortened(range, factor)}${inner}]`
      }
      if (offset) return `offset ${shortened(offset, factor)}`
      if (hours) return `, ${(Number(hours) * 3_600) / factor})`
      return whole
    },
  )

type Rule = { expr: string; for?: string; keep_firing_for?: string }
type Rules = { groups: { interval?: string; rules: Rule[] }[] }

/**
 * A file of rules in which all time passes faster by one factor: `for: 10m` is `for: 10s` with 60, `[5m]` is `[5s]`.
 * Nothing else is another: no threshold, no label, no metric.
 */
export const hurriedRules = (text: string, factor: number): string => {
  const file = parse(text) as Rules
  for (const group of file.groups) {
    if (group.interval !== undefined) group.interval = shortened(group.interval, factor)
    for (const rule of group.rules) {
      rule.expr = hurriedExpression(rule.expr, factor)
      if (rule.for !== undefined) rule.for = shortened(rule.for, factor)
      if (rule.keep_firing_for !== undefined) rule.keep_firing_for = shortened(rule.keep_firing_for, factor)
    }
  }
  return stringify(file)
}
