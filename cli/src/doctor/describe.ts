import type { DoctorCheck, DoctorStatus } from '@kez-chat/contracts'
import type { Paint } from '../output/paint.ts'
import { printable } from '../output/printable.ts'

export type Part = { readonly title: string; readonly checks: readonly DoctorCheck[] }

const marks = { ok: 'good', warn: 'careful', fail: 'bad', skipped: 'dim' } as const satisfies Record<
  DoctorStatus,
  keyof Paint
>
const shown = { ok: 'ok', warn: 'warning', fail: 'FAULT', skipped: 'skipped' } as const satisfies Record<
  DoctorStatus,
  string
>
const markWidth = 7
/** As wide as the terminal, within what reads well. */
const lineWidth = (): number => Math.min(110, Math.max(76, process.stdout.columns ?? 110))

/** Lines of at most so many characters, broken between words. */
const wrap = (text: string, width: number): string[] => {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${line} ${word}`
  }
  return lines
}

const block = (text: string, indent: number): string =>
  wrap(printable(text), lineWidth() - indent).join(`\n${' '.repeat(indent)}`)

const describeCheck = ({ id, status, message, cure }: DoctorCheck, paint: Paint, idWidth: number): string => {
  const indent = markWidth + idWidth + 4
  const head = `${paint[marks[status]](shown[status].padEnd(markWidth))}  ${paint.bold(id.padEnd(idWidth))}  `
  const said = block(message, indent)
  const lines = `${head}${status === 'skipped' ? paint.dim(said) : said}\n`
  return cure === undefined
    ? lines
    : `${lines}${' '.repeat(indent)}${block(`Cure: ${cure}`, indent).replace('Cure:', () => paint.bold('Cure:'))}\n`
}

/** Of several that were passed over for one reason, one line tells. */
const together = (checks: readonly DoctorCheck[]): DoctorCheck[] => {
  const lines: DoctorCheck[][] = []
  for (const check of checks) {
    const line = lines.at(-1)
    const isLike = check.status === 'skipped' && line?.[0]?.status === 'skipped' && line[0].message === check.message
    if (isLike) line.push(check)
    else lines.push([check])
  }
  return lines.flatMap(([first, ...others]) => {
    if (!first) return []
    const also = others.map(({ id }) => id).join(', ')
    return [also === '' ? first : { ...first, message: `${first.message} Likewise: ${also}.` }]
  })
}

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`

const summary = (checks: readonly DoctorCheck[], paint: Paint): string => {
  const of = (status: DoctorStatus) => checks.filter((check) => check.status === status).length
  const ids = (status: DoctorStatus) =>
    [...new Set(checks.filter((check) => check.status === status).map(({ id }) => id))].join(', ')
  const [faults, warnings] = [of('fail'), of('warn')]
  const counts = [
    ...(faults > 0 ? [paint.bad(count(faults, 'fault', 'faults'))] : []),
    ...(warnings > 0 ? [paint.careful(count(warnings, 'warning', 'warnings'))] : []),
    `${of('ok')} well`,
    ...(of('skipped') > 0 ? [`${of('skipped')} not looked at`] : []),
  ].join(', ')
  const next =
    faults > 0
      ? faults === 1
        ? `Mend it, and run this again: ${ids('fail')}.`
        : `Mend from the top down (one fault often causes the next), and run this again: ${ids('fail')}.`
      : warnings > 0
        ? `It works; see to this when you can: ${ids('warn')}.`
        : 'All is well as far as can be seen from here.'
  return `\n${counts}. ${next}\n`
}

/** The findings as a person reads them: part by part, each fault with what helps. */
export const describeParts = (parts: readonly Part[], paint: Paint): string => {
  const all = parts.flatMap(({ checks }) => checks)
  const idWidth = Math.max(0, ...all.map(({ id }) => id.length))
  const blocks = parts
    .filter(({ checks }) => checks.length > 0)
    .map(
      ({ title, checks }) =>
        `${paint.bold(title)}\n\n${together(checks)
          .map((check) => describeCheck(check, paint, idWidth))
          .join('')}`,
    )
  return blocks.join('\n') + summary(all, paint)
}
