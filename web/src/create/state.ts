import { newPhrase } from '@kez-chat/identity'
import { signal } from '@preact/signals-core'

type Step = 'phrase' | 'confirm' | 'passphrase'

const asked = 3

/** `count` different places among `of`, in order. */
const places = (count: number, of: number): number[] => {
  const all = Array.from({ length: of }, (_, i) => i)
  const picked = Array.from({ length: count }, () => {
    const [random = 0] = crypto.getRandomValues(new Uint32Array(1))
    return all.splice(random % all.length, 1)[0] ?? 0
  })
  return picked.sort((a, b) => a - b)
}

export const step = signal<Step>('phrase')
/** Places (from 0) whose words are asked for, and those that were answered wrongly. */
export const questions = signal<number[]>([])
export const wrong = signal<ReadonlySet<number>>(new Set())

let made: string[] | undefined

/** The words of the identity under way; the same ones until it is finished, also after going back and forth. */
export const phraseWords = (): string[] => {
  made ??= newPhrase(12).split(' ')
  return made
}

export const askWords = (): void => {
  questions.value = places(asked, phraseWords().length)
  wrong.value = new Set()
  step.value = 'confirm'
}

export const answerWords = (answers: ReadonlyMap<number, string>): void => {
  const words = phraseWords()
  const bad = questions.value.filter((place) => answers.get(place)?.trim().toLowerCase() !== words[place])
  wrong.value = new Set(bad)
  if (bad.length === 0) step.value = 'passphrase'
}

/** The identity exists: the words are kept by the vault alone. */
export const finish = (): void => {
  made = undefined
  step.value = 'phrase'
}
