import type { MessageRef, TextBody } from './text-body.ts'

const takenBack = '✖️'

const units = [
  { seconds: 7 * 24 * 3_600, name: 'w' },
  { seconds: 24 * 3_600, name: 'd' },
  { seconds: 3_600, name: 'h' },
  { seconds: 60, name: 'min' },
]

const span = (ttl: number): string => {
  const { seconds, name } = units.find((unit) => ttl % unit.seconds === 0) ?? { seconds: 1, name: 's' }
  return `${ttl / seconds} ${name}`
}

/** When what a body does vanishes with the message that it is about. */
type Vanishing = { readonly ttl?: number }

/** A new text for the own message `id`. To a program that knows no edits it is one more message. */
export const editBody = (id: string, text: string, { ttl }: Vanishing = {}): TextBody => ({
  ...({ type: 'text', text, edit: { id } } as const),
  ...(ttl === undefined ? {} : { ttl }),
})

/** Takes the own message `id` back. */
export const deleteBody = (id: string): TextBody => ({ type: 'text', text: '🗑️', delete: { id } })

/** Reacts to a message, in place of what one thought of it before; without an emoji that is taken back. */
export const reactBody = ({ id, from }: MessageRef, emoji?: string, { ttl }: Vanishing = {}): TextBody => ({
  ...({ type: 'text', text: emoji ?? takenBack } as const),
  react: { id, from, ...(emoji === undefined ? {} : { emoji }) },
  ...(ttl === undefined ? {} : { ttl }),
})

/** From now on messages of this conversation vanish after so many seconds; 0 = never. */
export const timerBody = (ttl: number): TextBody => ({
  ...({ type: 'text', text: `⏱️ ${ttl === 0 ? takenBack : span(ttl)}` } as const),
  timer: { ttl },
})
