import { styleText } from 'node:util'

const styles = { bold: 'bold', dim: 'dim', good: 'green', bad: 'red', careful: 'yellow' } as const

export type Paint = Readonly<Record<keyof typeof styles, (text: string) => string>>

const brush =
  (style: (typeof styles)[keyof typeof styles], colour: boolean) =>
  (text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text

export const createPaint = (colour: boolean): Paint => ({
  bold: brush(styles.bold, colour),
  dim: brush(styles.dim, colour),
  good: brush(styles.good, colour),
  bad: brush(styles.bad, colour),
  careful: brush(styles.careful, colour),
})

/** Colour is for people at a terminal who did not ask for none (no-color.org). */
export const wantsColour = (isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean =>
  isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
