import { signal } from '@preact/signals-core'
import { perVisit } from '../app/visit.ts'
import { reasonWords } from '../delivery/reason.ts'
import { hostOf } from '../delivery/ways.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { type AddressProblem, mostRelays, readAddress } from './address.ts'
import { isBarred } from './barred.ts'

type Outcome = { readonly ok: boolean; readonly words: string }

const visit = perVisit(() => ({
  /** How each test went; undefined while it runs. */
  tests: signal<ReadonlyMap<string, Outcome | undefined>>(new Map()),
  /** What is wrong with the address just entered. */
  problem: signal(''),
  /** Whether the last change could not be kept. */
  notKept: signal(false),
  /** What was just done, for who cannot see the list change. */
  done: signal(''),
}))

type PageState = ReturnType<typeof visit>

/** What the page says of itself during this visit. */
export const pageState = (session: Session): PageState => visit(session)

const wordsOf = (code: AddressProblem): string => {
  const words = t.relays.page.problems[code]
  return typeof words === 'function' ? words(mostRelays) : words
}

const keep = async (
  { problem, notKept, done }: PageState,
  change: () => Promise<void>,
  said = '',
): Promise<boolean> => {
  problem.value = ''
  notKept.value = false
  done.value = ''
  try {
    await change()
    done.value = said
    return true
  } catch {
    notKept.value = true
    return false
  }
}

/** Whether it was taken into the list. */
export const addRelay = async (session: Session, typed: string): Promise<boolean> => {
  const page = pageState(session)
  const list = session.choices.value.relays
  const address = readAddress(typed, list)
  if ('problem' in address) {
    page.done.value = ''
    page.problem.value = wordsOf(address.problem)
    return false
  }
  const { url } = address
  return keep(page, () => session.setRelays([...list, url]), t.relays.page.added(hostOf(url)))
}

export const removeRelay = async (session: Session, url: string): Promise<void> => {
  const page = pageState(session)
  const left = session.choices.value.relays.filter((known) => known !== url)
  page.tests.value = new Map([...page.tests.value].filter(([tested]) => tested !== url))
  await keep(page, () => session.setRelays(left), t.relays.page.removed(hostOf(url)))
}

export const resetRelays = async (session: Session): Promise<void> => {
  await keep(pageState(session), () => session.setRelays(undefined), t.relays.page.resetDone)
}

export const chooseConfirmations = async (session: Session, on: boolean): Promise<void> => {
  await keep(pageState(session), () => session.setConfirmations(on))
}

const outcomeOf = async (session: Session, url: string): Promise<Outcome> => {
  const { ok, tookMs, state } = await session.testRelay(url)
  if (ok) return { ok, words: t.relays.page.answers(tookMs) }
  const reason = isBarred({ url, phase: 'backing_off' }) ? t.relays.blockedByPage : reasonWords(state?.lastError)
  return { ok, words: t.relays.page.fails(reason).trim() }
}

/** Asks a relay something and tells how long the answer took. */
export const testRelay = async (session: Session, url: string): Promise<void> => {
  const { tests } = pageState(session)
  if (tests.value.has(url) && tests.value.get(url) === undefined) return
  tests.value = new Map([...tests.value, [url, undefined]])
  const outcome = await outcomeOf(session, url)
  tests.value = new Map([...tests.value, [url, outcome]])
}
