import type { Summary } from '../storage/conversations.ts'
import { t } from '../strings/index.ts'
import { workerWords } from '../strings/worker.ts'
import { nameOf } from '../ui/peer-name.ts'

/** What a notification says. */
export type Words = { readonly title: string; readonly body: string }

const longest = 200

const textOf = ({ last }: Summary): string =>
  typeof last?.body.text === 'string' ? last.body.text : t.thread.newerVersion

/** Says who writes and what where that is wanted, else only that something is there. */
export const wordsFor = (came: readonly Summary[], previews: boolean, server: string | undefined): Words => {
  const newest = came.toSorted((a, b) => (b.last?.at ?? 0) - (a.last?.at ?? 0))[0]
  const { title, something } = workerWords()
  if (!previews || !newest) return { title, body: something }
  return { title: nameOf(newest.conversation, server), body: textOf(newest).slice(0, longest) }
}
