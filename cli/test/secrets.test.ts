import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createCommands } from '../src/commands/index.ts'
import { kez, newFolder, privateFile } from './kez.ts'
import { longPhrase, nostr, shortPhrase } from './people.ts'

const phrase = longPhrase.phrase

/** Arguments for every command that takes a key. */
const uses: readonly (readonly [string, ...string[]])[] = [
  ['identity show'],
  ['identity from-mnemonic'],
  ['identity mnemonic', '--out', 'NEW_FILE'],
  ['claim create', 'github:alice'],
  ['claim dns', 'example.org'],
  ['sigchain add', 'github:alice'],
  ['sigchain revoke', 'github:alice'],
  ['sigchain rotate', '--new-mnemonic-file', 'OTHER_KEY'],
  ['register', 'alice', '--server', 'http://127.0.0.1:9'],
  ['invite create', '--server', 'http://127.0.0.1:9'],
  ['invite list', '--server', 'http://127.0.0.1:9'],
  ['invite revoke', '0123456789abcdef0123456789abcdef', '--server', 'http://127.0.0.1:9'],
]

const everythingIn = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')

it('looks at every command that takes a key', () => {
  const taking = createCommands().filter(({ options }) => 'mnemonic' in options || 'ed25519-seed' in options)
  expect(uses.map(([name]) => name).toSorted()).toEqual(taking.map(({ name }) => name).toSorted())
})

it.each(uses)('kez %s shows and keeps no secret that it was given', async (name, ...args) => {
  const options = createCommands().find((command) => command.name === name)?.options ?? {}
  const secrets = { mnemonic: phrase, 'ed25519-seed': longPhrase.seed, nsec: nostr.nsec }
  const other = privateFile(shortPhrase.phrase)
  let tried = 0
  for (const [option, secret] of Object.entries(secrets)) {
    if (!(option in options)) continue
    for (const given of ['-', secret, `${secret}x`])
      for (const machine of [[], ['--json']]) {
        const home = newFolder()
        const newFile = join(newFolder(), 'new')
        const filled = args.map((arg) => (arg === 'NEW_FILE' ? newFile : arg === 'OTHER_KEY' ? other : arg))
        const { out, err } = await kez([...name.split(' '), ...filled, `--${option}`, given, ...machine], {
          stdin: secret,
          env: { KEZ_HOME: home },
        })
        const seen = out + err + everythingIn(home)
        for (const known of [phrase, longPhrase.seed, nostr.nsec, shortPhrase.phrase, shortPhrase.seed])
          expect(seen).not.toContain(known)
        tried += 1
      }
  }
  expect(tried).toBeGreaterThan(0)
})
