import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { newPhrase, phraseToSeed, signingKeyFromSeed } from '@kez-chat/identity'
import { type Counterparts, freePort, type Stack, startCounterparts, startStack } from '@kez-chat/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, kez, newFolder, privateFile } from './kez.ts'

let stack: Stack
let places: Counterparts

beforeAll(async () => {
  ;[stack, places] = await Promise.all([startStack(), startCounterparts({ web: ['alice.test'] })])
})
afterAll(() => Promise.all([stack?.stop(), places?.stop()]))

let people = 0

/** A new person with a key and a home folder, who has found the server and the counterparts of the public places. */
const newPerson = () => {
  const phrase = newPhrase(12)
  const { primary } = signingKeyFromSeed(phraseToSeed(phrase))
  people += 1
  const name = `person${people}`
  const env = {
    KEZ_HOME: newFolder(),
    KEZ_SERVER: stack.url,
    KEZ_PROOF_DNS: places.dns.server,
    KEZ_PROOF_RELAYS: places.relay.url,
    KEZ_PROOF_COUNTERPARTS: Object.entries(places.hosts)
      .map(([host, origin]) => `${host}=${origin}`)
      .join(','),
  }
  const run = (...args: string[]): Promise<Ended> => kez(args, { env })
  const sign = (...args: string[]): Promise<Ended> => kez([...args, '--mnemonic', '-'], { env, stdin: phrase })
  const must = async (running: Promise<Ended>): Promise<Ended> => {
    const ended = await running
    if (ended.code !== 0) expect.fail(ended.err + ended.out)
    return ended
  }
  const claim = async (subject: string, ...options: string[]): Promise<string> =>
    (await must(sign('claim', 'create', subject, ...options))).out
  return {
    name,
    primary,
    phrase,
    env,
    run,
    sign,
    must,
    claim,
    github: async () => places.github.publishGist(name, { 'kez.md': await claim(`github:${name}`) }),
    dns: async () => places.dns.setTxt(`_kez.${name}.test`, await claim(`dns:${name}.test`, '--format', 'compact')),
    say: async (...subjects: string[]) => {
      for (const subject of subjects) await must(sign('sigchain', 'add', subject))
      await must(run('sigchain', 'publish'))
    },
  }
}

describe('kez register and lookup', () => {
  it('take a handle and find it again by name, by full name and by key', async () => {
    const { name, primary, sign, run } = newPerson()
    const registered = await sign('register', `${name}@${stack.server}`, '--json')
    expect({ code: registered.code, err: registered.err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(registered.out)).toMatchObject({ handle: name, fqhn: `${name}@${stack.server}`, primary })
    for (const who of [name, `@${name}`, `${name}@${stack.server}`, primary, primary.toUpperCase()]) {
      const { code, out } = await run('lookup', who)
      expect(code).toBe(0)
      expect(out).toContain(`handle    ${name}@${stack.server}\nidentity  ${primary}\nstatus    active\n`)
    }
  })

  it('find the new key behind a handle after a rotation, and nothing to register with the old one', async () => {
    const alice = newPerson()
    const next = newPerson()
    await alice.must(alice.sign('register', alice.name))
    await alice.must(alice.sign('sigchain', 'rotate', '--new-mnemonic-file', privateFile(next.phrase)))
    await alice.must(alice.run('sigchain', 'publish'))
    const byHandle = JSON.parse((await next.must(next.run('lookup', alice.name, '--json'))).out)
    expect(byHandle).toMatchObject({ handle: alice.name, primary: next.primary, status: 'active' })
    expect((await next.must(next.run('lookup', alice.primary))).out).toMatch(
      new RegExp(`status +rotated\nrotated to +${next.primary}\n`),
    )
    const again = await alice.sign('register', `${alice.name}x`, '--json')
    expect({ code: again.code, error: JSON.parse(again.err).error.code }).toEqual({ code: 1, error: 'identity_ended' })
  })

  it('pass on what the server says, and end with 1', async () => {
    const alice = newPerson()
    await alice.must(alice.sign('register', alice.name))
    const other = await newPerson().sign('register', alice.name, '--json')
    expect({ code: other.code, out: other.out }).toEqual({ code: 1, out: '' })
    expect(JSON.parse(other.err)).toEqual({
      error: { code: 'handle_taken', message: expect.stringMatching(/^the server says: /) },
    })
    const { code, err } = await alice.run('lookup', 'nobody-at-all', '--json')
    expect({ code, error: JSON.parse(err).error.code }).toEqual({ code: 1, error: 'not_found' })
  })

  it.each([
    [['register', 'al'], 2, 'kez: a handle is 3 to 32 of a-z, 0-9, _ and -, and starts with a letter or digit\n'],
    [['register', 'admin'], 2, 'kez: this handle is reserved\n'],
    [['register', 'alice', '--server', 'example.org'], 2, 'kez: --server is an address like https://example.org\n'],
    [
      ['register', 'alice', '--server', 'https://example.org/path'],
      2,
      'kez: --server is an address like https://example.org\n',
    ],
    [['register', 'alice', '--nsec', 'x'], 2, 'kez: there is no option --nsec\n'],
  ])('refuse %j', async (args, code, err) => {
    const ended = await newPerson().sign(...args)
    expect({ code: ended.code, out: ended.out }).toEqual({ code, out: '' })
    expect(ended.err).toMatch(err)
  })

  it('refuse a server that gives out other names than the one asked for', async () => {
    const { run, sign } = newPerson()
    const full = ['alice@example.org', '--server', stack.url]
    for (const { code, err } of [await sign('register', ...full), await run('lookup', ...full)]) {
      expect({ code, err }).toEqual({
        code: 1,
        err: `kez: ${stack.url} gives out names at localhost, not at example.org\n`,
      })
    }
  })

  it('ask the server in the name, whatever the own server is', async () => {
    const elsewhere = `localhost:${await freePort(undefined, '127.0.0.1', new Set())}`
    expect((await newPerson().run('lookup', `alice@${elsewhere}`)).code).toBe(3)
    const url = new URL(stack.url)
    const { code, err } = await newPerson().sign('register', `alice@${url.host}`)
    expect({ code, err }).toEqual({
      code: 1,
      err: `kez: ${stack.url} gives out names at localhost, not at ${url.host}\n`,
    })
  })

  it('need a key', async () => {
    expect(await newPerson().run('register', 'alice')).toEqual({
      code: 2,
      out: '',
      err: 'kez: this needs your key\nGive it with --mnemonic-file or --ed25519-seed-file.\n',
    })
  })
})

describe('the network', () => {
  it('that does not lead to a server ends with 3', async () => {
    const port = await freePort(undefined, '127.0.0.1', new Set())
    expect(await kez(['lookup', 'alice', '--server', `http://127.0.0.1:${port}`])).toEqual({
      code: 3,
      out: '',
      err: 'kez: the server was not reached\n',
    })
  })

  it('that leads to another program ends with 3', async () => {
    const server = createServer((_request, response) => response.end('<h1>It works!</h1>'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const { code, err } = await kez(['lookup', 'alice', '--server', `http://127.0.0.1:${port}`])
    server.close()
    expect({ code, err }).toEqual({ code: 3, err: 'kez: the answer is not JSON\n' })
  })
})

describe('kez sigchain publish', () => {
  it('sends what is new, and only that', async () => {
    const { primary, sign, run, must } = newPerson()
    await must(sign('sigchain', 'add', 'github:alice'))
    await must(sign('sigchain', 'add', 'dns:alice.test'))
    const first = await must(run('sigchain', 'publish'))
    const url = `${stack.url}/v1/sigchains/${primary.replace(':', '/')}`
    expect(first.out).toBe(`identity    ${primary}\nnew events  2 of 2\nat          ${url}\n`)
    expect((await must(run('sigchain', 'publish'))).out).toContain('new events  0 of 2\n')
    await must(sign('sigchain', 'revoke', 'github:alice'))
    expect(JSON.parse((await must(run('sigchain', 'publish', '--json'))).out)).toMatchObject({
      sent: 1,
      length: 3,
      url,
    })
    const page = await (await fetch(url)).json()
    expect(page).toMatchObject({ head: { length: 3, status: 'active' } })
  })

  it('refuses when the server knows more, or another chain of the same key', async () => {
    const { env, primary, phrase, sign, run, must } = newPerson()
    await must(sign('sigchain', 'add', 'github:alice'))
    const file = join(env.KEZ_HOME, 'sigchains', `${primary.replace(':', '-')}.jsonl`)
    const old = readFileSync(file)
    await must(sign('sigchain', 'add', 'dns:alice.test'))
    await must(run('sigchain', 'publish'))
    writeFileSync(file, old)
    expect(await run('sigchain', 'publish')).toEqual({
      code: 1,
      out: '',
      err: `kez: ${stack.url} has 2 events, this machine only 1\nThe key was used elsewhere: copy the newer file from there before you sign more.\n`,
    })
    const elsewhere = { env: { ...env, KEZ_HOME: newFolder() } }
    for (const subject of ['github:bob', 'github:carol', 'github:dan'])
      await must(kez(['sigchain', 'add', subject, '--mnemonic', '-'], { ...elsewhere, stdin: phrase }))
    expect(await kez(['sigchain', 'publish', primary], elsewhere)).toEqual({
      code: 1,
      out: '',
      err: `kez: ${stack.url} holds another chain of this key\nThe key signed two different chains. Only one of them can stand at this server.\n`,
    })
  })

  it('has nothing to send without a chain', async () => {
    const { primary, run } = newPerson()
    expect(await run('sigchain', 'publish', primary)).toEqual({
      code: 1,
      out: '',
      err: `kez: there is no sigchain of ${primary} here\n`,
    })
  })
})

describe('kez verify id', () => {
  it('leads from a key, a handle, an account or a domain to the same person', async () => {
    const alice = newPerson()
    const { name, primary } = alice
    await Promise.all([alice.github(), alice.dns()])
    await alice.say(`github:${name}`, `dns:${name}.test`)
    await alice.must(alice.sign('register', name))
    const anybody = newPerson()
    for (const id of [primary, name, `${name}@${stack.server}`, `github:${name}`, `dns:${name}.test`]) {
      const { code, out, err } = await anybody.run('verify', 'id', id)
      expect({ id, code, err }).toEqual({ id, code: 0, err: '' })
      expect(out).toContain(`identity  ${primary}\n`)
      expect(out).toContain('verified  yes, by 2 of 2 proofs\n')
      expect(out).toMatch(new RegExp(`github:${name} +verified +https://gist.github.com/${name}/`))
      expect(out).toMatch(new RegExp(`dns:${name}.test +verified +TXT _kez.${name}.test\n`))
    }
    const { out } = await anybody.run('verify', 'id', primary, '--json')
    expect(JSON.parse(out)).toMatchObject({
      primary,
      status: 'active',
      verified: true,
      proofs: [{ status: 'verified' }, { status: 'verified' }],
    })
  })

  it('says why a proof does not stand, and ends with 1', async () => {
    const alice = newPerson()
    await alice.dns()
    await alice.say(`dns:${alice.name}.test`, `github:${alice.name}`)
    const { code, out } = await newPerson().run('verify', 'id', alice.primary)
    expect(code).toBe(1)
    expect(out).toContain('verified  no: 1 of 2 proofs, and it takes 2 independent ones\n')
    expect(out).toMatch(new RegExp(`github:${alice.name} +not_found +there is no GitHub account ${alice.name}\n`))
  })

  it('ends with 3 when a place could not be looked at', async () => {
    const alice = newPerson()
    await alice.say('web:alice.test')
    places.web.fault('rate_limited')
    const { code, out } = await newPerson().run('verify', 'id', alice.primary)
    places.web.fault()
    expect(code).toBe(3)
    expect(out).toMatch(/web:alice\.test {2}rate_limited {2}alice\.test .+; try again in 60 seconds\n/)
  })

  it('no longer believes what was taken back, rotated or ended', async () => {
    const alice = newPerson()
    const bob = newPerson()
    await alice.github()
    await alice.say(`github:${alice.name}`)
    const file = privateFile(await alice.claim(`github:${alice.name}`))
    const anybody = newPerson()
    expect((await anybody.run('verify', 'file', file, '--server', stack.url)).out).toContain(
      'revoked   not taken back\n',
    )
    await alice.must(alice.sign('sigchain', 'revoke', `github:${alice.name}`))
    await alice.must(alice.run('sigchain', 'publish'))
    expect(await anybody.run('verify', 'file', file, '--server', stack.url)).toEqual({
      code: 1,
      out: '',
      err: `kez: ${alice.primary} took github:${alice.name} back in its sigchain\n`,
    })
    const emptied = await anybody.run('verify', 'id', alice.primary)
    expect(emptied.code).toBe(1)
    expect(emptied.out).toContain('verified  no: the sigchain names no account, domain or site\n')

    const rotate = ['sigchain', 'rotate', '--new-mnemonic-file', privateFile(bob.phrase)]
    await alice.must(alice.sign(...rotate))
    await alice.must(alice.run('sigchain', 'publish'))
    const rotated = await anybody.run('verify', 'id', alice.primary, '--json')
    expect(rotated.code).toBe(1)
    expect(JSON.parse(rotated.out)).toMatchObject({
      status: 'rotated',
      rotated_to: bob.primary,
      verified: false,
      proofs: [],
    })
    expect((await anybody.run('verify', 'file', file, '--server', stack.url)).err).toBe(
      `kez: ${alice.primary} was rotated to ${bob.primary} in its sigchain\n`,
    )

    await bob.must(bob.sign('sigchain', 'revoke', bob.primary, '--end-identity'))
    await bob.must(bob.run('sigchain', 'publish'))
    const ended = await anybody.run('verify', 'id', bob.primary)
    expect(ended.code).toBe(1)
    expect(ended.out).toContain('sigchain  revoked, for ever, events: 1, at')
  })

  it('says where it looked when there is no chain, no claim and nobody', async () => {
    const { primary, run } = newPerson()
    expect(await run('verify', 'id', primary)).toEqual({
      code: 1,
      out: '',
      err: `kez: there is no sigchain of ${primary} at ${stack.url}\nIf it is published at another server, name that with --server.\n`,
    })
    const nobody = await run('verify', 'id', 'dns:nobody.test')
    expect({ code: nobody.code, err: nobody.err }).toEqual({ code: 1, err: '' })
    expect(nobody.out).toMatch(/dns:nobody\.test {2}not_found {2}there is no _kez\.nobody\.test in DNS\n/)
    expect((await run('verify', 'id', 'nobody-at-all')).code).toBe(1)
  })

  it.each([
    ['KEZ_PROOF_DNS', 'dns.example', 'must be addresses like 127.0.0.1:53, comma-separated'],
    ['KEZ_PROOF_DOH', 'ftp://x', 'must be an http or https URL'],
    ['KEZ_PROOF_RELAYS', 'https://x', 'must be ws:// or wss:// URLs, comma-separated'],
    ['KEZ_PROOF_GITHUB_API', 'x', 'must be an http or https URL'],
    ['KEZ_PROOF_BLUESKY_API', 'x', 'must be an http or https URL'],
    ['KEZ_PROOF_COUNTERPARTS', 'x', 'must be host=http://address:port, comma-separated'],
    ['KEZ_SERVER', 'x', 'is an address like https://example.org'],
  ])('refuses a setting %s that it cannot use', async (name, value, message) => {
    const alice = newPerson()
    await alice.say('web:alice.test')
    const { code, err } = await kez(['verify', 'id', alice.primary], { env: { ...alice.env, [name]: value } })
    expect({ code, err }).toEqual({ code: 2, err: `kez: ${name} ${message}\n` })
  })
})
