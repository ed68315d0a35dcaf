import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseProof, readClaim } from '@kez-chat/identity'
import { type Counterparts, type Stack, startCounterparts, startStack } from '@kez-chat/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXIT } from '../src/errors.ts'
import { keyOptions } from '../src/keys/key-options.ts'
import { newFolder, start } from './kez.ts'

const root = join(import.meta.dirname, '..', '..')
const document = readFileSync(join(root, 'docs', 'identity.md'), 'utf8')

/** The shell blocks of the walk-through, each with what the document says it prints. */
const steps = [...document.matchAll(/^### (.+)$|^```sh\n([\s\S]*?)^```\n+(?:```text\n([\s\S]*?)^```)?/gm)].reduce<
  { title: string; script: string; prints: string }[]
>((known, [, title, script, prints = '']) => {
  if (title !== undefined) known.push({ title, script: '', prints: '' })
  const last = known.at(-1)
  if (script === undefined || last === undefined) return known
  const isFirst = last.script === ''
  return [...known.slice(0, isFirst ? -1 : undefined), { title: last.title, script, prints }]
}, [])

const pattern = (prints: string): RegExp =>
  new RegExp(
    `^${prints
      .trim()
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[\\s\\S]*?')}\\s*$`,
  )

describe('docs/identity.md', () => {
  let stack: Stack
  let places: Counterparts

  beforeAll(async () => {
    ;[stack, places] = await Promise.all([startStack(), startCounterparts()])
  })
  afterAll(() => Promise.all([stack?.stop(), places?.stop()]))

  /** What the document asks people to do by hand. */
  const publishByHand = async (folder: string): Promise<void> => {
    const gist = join(folder, 'kez.md')
    if (existsSync(gist)) places.github.publishGist('alice', { 'kez.md': readFileSync(gist, 'utf8') })
    const zone = join(folder, 'example.org.zone')
    if (!existsSync(zone)) return
    const segments = [...readFileSync(zone, 'utf8').matchAll(/"([^"]+)"/g)].map(([, segment = '']) => segment)
    places.dns.setTxt('_kez.example.org', segments)
  }

  it('is a walk-through that works word for word and ends with somebody verified by their identifier alone', async () => {
    const home = newFolder()
    const folder = join(home, 'walk-through')
    const whereabouts = join(home, 'whereabouts')
    mkdirSync(folder)
    writeFileSync(whereabouts, root)
    const env = {
      HOME: home,
      PATH: `${join(home, '.local', 'bin')}:/usr/local/bin:/usr/bin:/bin`,
      KEZ_SERVER: stack.url,
      KEZ_PROOF_DNS: places.dns.server,
      KEZ_PROOF_RELAYS: places.relay.url,
      KEZ_PROOF_COUNTERPARTS: Object.entries(places.hosts)
        .map(([host, origin]) => `${host}=${origin}`)
        .join(','),
    }
    expect(steps.length).toBeGreaterThanOrEqual(9)
    for (const { title, script, prints } of steps) {
      const whole = `cd "$(cat "$HOME/whereabouts")"\n${script}\npwd > "$HOME/whereabouts"`
      const { code, out, err } = await start('sh', ['-euc', whole], { env, cwd: home })
      expect({ title, code, err }).toEqual({ title, code: 0, err: '' })
      expect(out.trim(), title).toMatch(pattern(prints))
      await publishByHand(folder)
    }
    expect(existsSync(join(home, 'somebody-else', '.kez'))).toBe(false)
    const proof = await parseProof(readFileSync(join(folder, 'kez.md')))
    expect(readClaim(proof.kind === 'claim' ? proof.envelope : undefined)).toMatchObject({ subject: 'github:alice' })
  }, 300_000)
})

describe('what docs/identity.md lists', () => {
  it('is every exit code there is', () => {
    const listed = [...document.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
    expect(listed).toEqual(Object.values(EXIT))
  })

  it('is every way to give a key', () => {
    for (const option of Object.keys({ ...keyOptions })) expect(document).toContain(`--${option}\``)
  })

  it('is every variable that is read', () => {
    const sources = readdirSync(join(root, 'cli', 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => readFileSync(join(root, 'cli', 'src', name), 'utf8'))
    const read = new Set(sources.flatMap((source) => source.match(/\bKEZ_[A-Z_]+\b/g) ?? []))
    expect(read.size).toBeGreaterThan(5)
    // Those of the server itself, which commands for operators name and take, have a document of their own.
    const settings = readFileSync(join(root, 'docs', 'settings.md'), 'utf8')
    expect([...read].filter((name) => ![document, settings].some((text) => text.includes(`\`${name}\``)))).toEqual([])
    expect(document).toContain('(settings.md)')
  })
})
