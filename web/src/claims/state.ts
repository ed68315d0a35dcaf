import { createClaim, type SubjectState } from '@kez-chat/identity'
import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core'
import { goTo } from '../app/route.ts'
import { marksOf, withChecks } from '../people/marks.ts'
import { peopleOf, personOf } from '../people/state.ts'
import { ownWho } from '../people/who.ts'
import type { Session } from '../session/session.ts'
import { claimTag, forgetClaim, keepClaim, listClaims, type OwnClaim } from '../storage/claims.ts'
import { noteDone } from '../welcome/progress.ts'
import { type ClaimProblem, problemOf } from './errors.ts'
import { list, unlist } from './listed.ts'
import { type Looked, look } from './look.ts'
import { sayInChain } from './sigchain.ts'
import { type Standing, standingsOf } from './standing.ts'

/** What goes on for one claim. */
export type Doing = {
  readonly doing?: 'checking' | 'telling' | 'revoking'
  readonly looked?: Looked
  readonly problem?: ClaimProblem
}

const doings = signal<ReadonlyMap<string, Doing>>(new Map())

export const doingOf = (tag: string): Doing => doings.value.get(tag) ?? {}

const note = (tag: string, what: Doing): void => {
  doings.value = new Map(doings.peek()).set(tag, what)
}

const kept = new WeakMap<Session, Signal<readonly OwnClaim[] | undefined>>()

const reload = async (session: Session): Promise<void> => {
  const all = await listClaims(session.store)
  const known = kept.get(session)
  if (known) known.value = all
}

/** The claims signed here; undefined until they are read. */
const signedClaims = (session: Session): ReadonlySignal<readonly OwnClaim[] | undefined> => {
  const known = kept.get(session) ?? signal<readonly OwnClaim[] | undefined>(undefined)
  if (!kept.has(session)) {
    kept.set(session, known)
    void reload(session)
  }
  return known
}

/** All own claims, as far as is known; undefined until what is stored here is read. */
export const ownStandings = (session: Session): readonly Standing[] | undefined => {
  const signed = signedClaims(session).value
  const who = ownWho(session)
  return signed && who && standingsOf(signed, marksOf(personOf(session, who.tag), session.now()))
}

export const tagOf = (session: Session, { subject }: Pick<Standing, 'subject'>): string =>
  claimTag(session.store.rest, subject)

/** Signs a claim, keeps it, and goes on to publishing it. */
export const sign = async (session: Session, subject: string): Promise<void> => {
  const now = session.now()
  const claim = createClaim({ subject, createdAt: now }, session.key)
  const { tag } = await keepClaim(session.store, claim, now)
  await reload(session)
  note(tag, {})
  goTo({ name: 'claim', tag }, { replace: true })
}

/** Says a claim in the own sigchain, where that says what `when` takes. */
const say = (session: Session, subject: string, when: (said: SubjectState['status'] | undefined) => boolean) => {
  const claim = signedClaims(session)
    .peek()
    ?.find((one) => one.subject === subject)?.claim
  return sayInChain(session, (chain) =>
    when(chain.subjects.get(subject)?.status) ? { op: 'add', subject, ...(claim ? { claim } : {}) } : undefined,
  )
}

const askAboutMyself = async (session: Session): Promise<void> => {
  const who = ownWho(session)
  if (who) await peopleOf(session).ask(who)
}

const lookAndTell = async (session: Session, subject: string, tag: string, ownTag: string): Promise<void> => {
  const looked = await look(session, subject, () => say(session, subject, (said) => said === 'revoked'))
  await peopleOf(session).learn(ownTag, (person) => withChecks(person, [looked.memo]))
  if (looked.memo.status === 'verified') {
    note(tag, { doing: 'telling', looked })
    await say(session, subject, (said) => said !== 'active')
    await list(session, subject)
    await askAboutMyself(session)
    await noteDone(session, 'proof')
  }
  note(tag, { looked })
}

/** Begins something for a claim, unless something goes on already; what stops it is shown beside the claim. */
const during = async (tag: string, doing: NonNullable<Doing['doing']>, act: () => Promise<void>): Promise<void> => {
  if (doings.peek().get(tag)?.doing) return
  note(tag, { doing })
  try {
    await act()
  } catch (error) {
    note(tag, { problem: problemOf(error) })
  }
}

/** Looks for an own claim at its place; when it is there, says so in the sigchain and to the home server. */
export const check = async (session: Session, subject: string): Promise<void> => {
  const tag = tagOf(session, { subject })
  const who = ownWho(session)
  if (who) await during(tag, 'checking', () => lookAndTell(session, subject, tag, who.tag))
}

/** Takes a claim back, for everybody; what was only signed here is forgotten. */
export const takeBack = async (session: Session, { subject, state }: Standing): Promise<void> => {
  const tag = tagOf(session, { subject })
  await during(tag, 'revoking', async () => {
    const told = state !== 'unpublished'
    if (told) {
      await sayInChain(session, (chain) =>
        chain.subjects.get(subject)?.status === 'active' ? { op: 'revoke', subject } : undefined,
      )
    }
    await unlist(session, subject)
    await forgetClaim(session.store, tag)
    await reload(session)
    if (told) await askAboutMyself(session)
    note(tag, {})
    goTo({ name: 'claims' }, { replace: true })
  })
}
