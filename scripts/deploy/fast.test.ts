import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { builtArtifacts, nameOfTree, TreeRefused } from './built-artifacts.ts'
import { FastUsage, parseFastArguments } from './fast-arguments.ts'
import { judgeHealth } from './health.ts'

describe('the command line of deploy-fast', () => {
  it('takes a server and a folder', () => {
    expect(parseFastArguments(['me@chat.example.org', '--path', '/srv/chat/'])).toMatchObject({
      host: 'me@chat.example.org',
      path: '/srv/chat',
      dirty: false,
      keep: 3,
    })
    expect(parseFastArguments(['--help'])).toBeUndefined()
  })

  it.each([
    [[], 'Say one server'],
    [['a', 'b'], 'Say one server'],
    [['--', '-oProxyCommand=evil'], 'is no name of a server'],
    [['host', '--path', 'srv'], '--path must be an absolute path'],
    [['host', '--path', '/srv/../etc'], '--path must be an absolute path'],
    [['host', '--path', '/srv/$(id)'], '--path must be an absolute path'],
    [['host', '--keep', '1'], '--keep must be a whole number from 2 to 50'],
    [['host', '--password', 'x'], '--password'],
  ])('refuses %j', (args, message) => {
    expect(() => parseFastArguments(args)).toThrow(FastUsage)
    expect(() => parseFastArguments(args)).toThrow(message)
  })
})

describe('the health of a release', () => {
  const row = (Service: string, State: string, Health = '', ExitCode = 0) =>
    JSON.stringify({ Service, State, Health, ExitCode })
  const init = row('init', 'exited')

  it('is good when all run, are healthy by their own check, and what makes keys has ended well', () => {
    const rows = [init, row('gateway', 'running', 'healthy'), row('caddy', 'running')]
    expect(judgeHealth(rows.join('\n'), ['init', 'gateway'])).toEqual({ state: 'healthy', trouble: [] })
    expect(judgeHealth(`[${rows.join(',')}]`, ['gateway']).state).toBe('healthy')
  })

  it('is waited for while something starts or starts again', () => {
    expect(judgeHealth([init, row('gateway', 'running', 'starting')].join('\n'), ['gateway'])).toEqual({
      state: 'waiting',
      trouble: ['gateway: running, starting'],
    })
    expect(judgeHealth(row('gateway', 'restarting'), ['gateway']).state).toBe('waiting')
    expect(judgeHealth('', ['gateway'])).toEqual({ state: 'waiting', trouble: ['gateway: not there'] })
  })

  it('is bad when something has ended that should run', () => {
    expect(judgeHealth(row('gateway', 'exited', '', 1), [])).toEqual({
      state: 'broken',
      trouble: ['gateway: exited (1)'],
    })
    expect(judgeHealth(row('init', 'exited', '', 2), []).state).toBe('broken')
  })
})

describe('what is deployed', () => {
  const place = mkdtempSync(join(tmpdir(), 'kez-tree-'))
  const tree = join(place, 'tree')
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: tree, stdio: 'pipe' })
  afterEach(() => vi.unstubAllEnvs())
  afterAll(() => rmSync(place, { recursive: true, force: true }))

  it('is a commit: a tree with changes is refused unless it is asked for, and a folder that is no clone always', () => {
    mkdirSync(tree)
    expect(() => nameOfTree(place, true)).toThrow(TreeRefused)
    git('init', '-q')
    writeFileSync(join(tree, 'a.txt'), 'a')
    git('add', '.')
    git('commit', '-qm', 'a')
    expect(nameOfTree(tree, false)).toEqual({ commit: expect.stringMatching(/^[0-9a-f]{12}$/), isDirty: false })
    writeFileSync(join(tree, 'b.txt'), 'b')
    expect(() => nameOfTree(tree, false)).toThrow(/not committed:\n\?\? b\.txt\n/)
    expect(nameOfTree(tree, true).isDirty).toBe(true)
  })

  it('is built once for a commit, outside the tree', async () => {
    vi.stubEnv('KEZ_CACHE_DIR', join(place, 'cache'))
    const kept = join(place, 'cache', 'deploy', 'builds', '0123456789ab')
    mkdirSync(kept, { recursive: true })
    expect(await builtArtifacts(tree, { commit: '0123456789ab', isDirty: false }, () => undefined)).toBe(kept)
    // What is dirty may be anything by now: it is built, which this tree is not fit for.
    await expect(builtArtifacts(tree, { commit: '0123456789ab', isDirty: true }, () => undefined)).rejects.toThrow(
      'ockerfile',
    )
  })
})
