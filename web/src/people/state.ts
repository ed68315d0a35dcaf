import { ApiError, NetworkError } from '@kez-chat/client'
import { IdentityError } from '@kez-chat/identity'
import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals-core'
import { type Route, route } from '../app/route.ts'
import type { Session } from '../session/session.ts'
import { changePerson, listPeople, type Person, readPerson } from '../storage/person.ts'
import { askServer, isOwnServer } from './ask.ts'
import { checkPlaces } from './check.ts'
import { withChecks } from './marks.ts'
import { ownWho, type Who, whoIs } from './who.ts'

export type Trouble = 'offline' | 'refused'

/** What goes on for one person. */
export type Asking = { readonly doing?: 'asking' | 'checking'; readonly trouble?: Trouble }

export type PeopleState = {
  /** By conversation tag; the own person is among them. */
  readonly known: ReadonlySignal<ReadonlyMap<string, Person>>
  readonly asking: ReadonlySignal<ReadonlyMap<string, Asking>>
  /** Stores something learnt, and shows it here and in the other tabs. */
  learn(tag: string, change: (person: Person) => Person): Promise<Person>
  /** Asks a person's server; throws what the client throws. */
  ask(who: Who): Promise<Person>
  /** Asks a person's server and looks at the places of all they say: what a reader starts. */
  check(who: Who): Promise<void>
}

/** After this a page that is opened asks again, ms. */
const freshFor = 60_000
const freshInThread = 10 * 60_000

const troubleOf = (error: unknown): Trouble => {
  if (error instanceof NetworkError) return 'offline'
  if (error instanceof ApiError || error instanceof IdentityError) return 'refused'
  return 'offline'
}

const ownPages: ReadonlySet<Route['name']> = new Set(['me', 'dashboard', 'claims', 'claim', 'add-claim'])

/**
 * Whom opening a page asks about, and how old the last answer may be. Opening a thread asks our own server alone: another
 * one would learn from it when its people's messages are read.
 */
const wanted = (session: Session, now: Route): { who: Who; freshFor: number } | undefined => {
  if (ownPages.has(now.name)) {
    const who = ownWho(session)
    return who && { who, freshFor }
  }
  if (now.name !== 'chat' && now.name !== 'person') return undefined
  const conversation = session.chats.summaries.peek().get(now.tag)?.conversation
  const who = conversation && whoIs(conversation)
  if (!who || conversation.standing === 'blocked') return undefined
  if (now.name === 'person') return { who, freshFor }
  const quiet = conversation.standing === 'accepted' && isOwnServer(session, who)
  return quiet ? { who, freshFor: freshInThread } : undefined
}

const create = (session: Session): PeopleState => {
  const { store, tabs, ended } = session
  const known = signal<ReadonlyMap<string, Person>>(new Map())
  const asking = signal<ReadonlyMap<string, Asking>>(new Map())

  const show = (tag: string, person: Person | undefined): void => {
    const next = new Map(known.peek())
    if (person) next.set(tag, person)
    else next.delete(tag)
    known.value = next
  }
  const note = (tag: string, what: Asking): void => {
    asking.value = new Map(asking.peek()).set(tag, what)
  }

  const learn: PeopleState['learn'] = async (tag, change) => {
    const person = await changePerson(store, tag, change)
    show(tag, person)
    session.changed(tag)
    return person
  }

  const ask = async (who: Who): Promise<Person> => {
    const { change } = await askServer(session, who, known.peek().get(who.tag))
    return learn(who.tag, change)
  }

  const during = async (tag: string, doing: 'asking' | 'checking', act: () => Promise<unknown>): Promise<void> => {
    const before = asking.peek().get(tag)?.doing
    // A check asks as well, so it may overtake; what was overtaken has no say in how it ends.
    if (before === 'checking' || before === doing) return
    const mine: Asking = { doing }
    const end = (how: Asking): void => {
      if (asking.peek().get(tag) === mine) note(tag, how)
    }
    note(tag, mine)
    await act().then(
      () => end({}),
      (error: unknown) => end({ trouble: troubleOf(error) }),
    )
  }

  const arrive = (now: Route): void => {
    const want = wanted(session, now)
    if (!want) return
    const { read_at = 0 } = known.peek().get(want.who.tag) ?? {}
    if (session.now() - read_at < want.freshFor) return
    void during(want.who.tag, 'asking', () => ask(want.who))
  }

  const loaded = listPeople(store).then((all) => {
    known.value = new Map([...all, ...known.peek()])
  })
  const stop = effect(() => {
    const now = route.value
    untracked(() => void loaded.then(() => ended.aborted || arrive(now)))
  })
  tabs.listen((message) => {
    if (message.type !== 'stored') return
    for (const tag of message.conversations) void readPerson(store, tag).then((person) => show(tag, person))
  }, ended)
  ended.addEventListener('abort', stop)

  return {
    ...{ known, asking, learn, ask },
    check: (who) =>
      during(who.tag, 'checking', async () => {
        const { change, chain } = await askServer(session, who, known.peek().get(who.tag))
        await learn(who.tag, change)
        if (!chain) return
        const found = await checkPlaces(chain, session)
        await learn(who.tag, (person) => withChecks(person, found))
      }),
  }
}

const states = new WeakMap<Session, PeopleState>()

/** What is known of the people of this session. */
export const peopleOf = (session: Session): PeopleState => {
  const state = states.get(session) ?? untracked(() => create(session))
  states.set(session, state)
  return state
}

/** What is known of one person so far. */
export const personOf = (session: Session, tag: string): Person =>
  peopleOf(session).known.value.get(tag) ?? { checks: [] }
