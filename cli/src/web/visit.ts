import { createHash } from 'node:crypto'
import type { WebFile, WebManifest } from '@kez-chat/contracts'
import type { Finding } from './findings.ts'
import { type Answer, get } from './get.ts'
import { holesIn, strangersIn } from './page.ts'
import { type Visitor, visitors } from './visitors.ts'

const atOnce = 6
const maxStrangers = 5
/** Where more comes than is listed, so much is read for saying what it is. */
const enoughToSay = 64 * 1024

type Seen = { readonly visitor: Visitor; readonly answer: Answer; readonly good: boolean }

const isPage = (path: string): boolean => path === '/' || path === '/index.html'

const lookAs = async (origin: string, { path, size, sha256 }: WebFile, visitor: Visitor): Promise<Seen> => {
  const answer = await get(new URL(path, origin), visitor.headersFor(path), Math.max(size, enoughToSay))
  const hash = createHash('sha256').update(answer.body).digest('hex')
  return { visitor, answer, good: answer.status === 200 && hash === sha256 }
}

const named = (seen: readonly Seen[]): string => seen.map(({ visitor }) => visitor.name).join(' and ')

const judge = (origin: string, { path }: WebFile, seen: readonly Seen[], listed: ReadonlySet<string>): Finding[] => {
  const bad = seen.filter(({ good }) => !good)
  const [first] = bad
  if (!first) return []
  const strangers = isPage(path) ? strangersIn(first.answer.body.toString('utf8'), origin, listed) : []
  const more = strangers.slice(0, maxStrangers).map((text) => `; ${text}`)
  if (bad.length < seen.length)
    return [{ path, problem: 'differs_by_visitor', detail: `${named(bad)} gets something else${more.join('')}` }]
  const { status } = first.answer
  if (status !== 200) return [{ path, problem: 'missing', detail: `the server answers ${status}` }]
  return [{ path, problem: 'changed', detail: `it is not what the server itself lists${more.join('')}` }]
}

const judgePolicy = (path: string, seen: readonly Seen[]): Finding[] => {
  const holes = new Set(seen.flatMap(({ answer }) => holesIn(answer.headers['content-security-policy'])))
  return [...holes].map((detail) => ({ path, problem: 'weak_policy', detail }))
}

/** Asks for everything that is listed, as several visitors would, and compares what comes with the list. */
export const visitAll = async (origin: string, { files }: WebManifest): Promise<Finding[]> => {
  const listed = new Set(['/', ...files.map(({ path }) => path)])
  const page = files.find(({ path }) => path === '/index.html')
  // What people open, and no list names.
  const wanted = [...(page ? [{ ...page, path: '/' }] : []), ...files]
  const findings: (readonly Finding[])[] = []
  if (!page) findings.push([{ path: '/', problem: 'missing', detail: 'the list has no page' }])
  const queue = wanted.entries()
  const visit = async (): Promise<void> => {
    for (const [i, file] of queue) {
      const seen: Seen[] = []
      for (const visitor of visitors) seen.push(await lookAs(origin, file, visitor))
      const policy = isPage(file.path) ? judgePolicy(file.path, seen) : []
      findings[i + 1] = [...judge(origin, file, seen, listed), ...policy]
    }
  }
  await Promise.all(Array.from({ length: atOnce }, visit))
  return findings.flat()
}
