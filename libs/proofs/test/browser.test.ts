import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { launchBrowser, startWebCounterpart, type WebCounterpart } from '@kez-chat/testkit'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ProofsPage } from './page/page.ts'
import { FEDIVERSE_HOST, places } from './places.ts'
import { alice, claimOf, MADE, useCounterparts } from './rig.ts'

declare const window: ProofsPage

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof launchBrowser>>['newPage']>>

describe('in a real browser', () => {
  const rig = useCounterparts()
  let folder: string
  let site: WebCounterpart
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  let page: Page

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kez-proofs-'))
    await build({
      root: join(import.meta.dirname, 'page'),
      configFile: false,
      logLevel: 'error',
      build: {
        outDir: folder,
        emptyOutDir: true,
        target: 'es2022',
        rolldownOptions: { input: resolve(import.meta.dirname, 'page/page.html') },
      },
    })
    site = await startWebCounterpart()
    const { host } = new URL(site.origin)
    site.publish(host, '/page.html', await readFile(join(folder, 'page.html'), 'utf8'), 'text/html')
    for (const name of await readdir(join(folder, 'assets')))
      site.publish(host, `/assets/${name}`, await readFile(join(folder, 'assets', name), 'utf8'), 'text/javascript')
    browser = await launchBrowser()
    page = await browser.newPage()
    await page.goto(`${site.origin}/page.html`)
    await page.waitForFunction(() => 'verify' in window)
  })
  afterAll(async () => {
    await browser.close()
    await site.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** Counterparts that answer by the name of the host, which a page cannot set: they are reached by the driver. */
  const driven = ['api.github.com', 'gist.githubusercontent.com', FEDIVERSE_HOST]

  beforeEach(() =>
    page.route(
      ({ host }) => driven.includes(host),
      async (route) => {
        const { host, pathname, search } = new URL(route.request().url())
        const headers = { ...(await route.request().allHeaders()), host }
        const response = await route.fetch({ url: `${rig.all.hosts[host]}${pathname}${search}`, headers })
        await route.fulfill({ response })
      },
    ),
  )
  afterEach(() => page.unrouteAll())

  const ask = (subject: string) => {
    const reached = Object.entries(rig.all.hosts).filter(([host]) => !driven.includes(host))
    return page.evaluate((asked) => window.verify(asked), {
      subject,
      primary: alice.primary,
      now: MADE + 1_000,
      settings: {
        ...rig.settings,
        dohUrl: 'https://doh.test/dns-query',
        counterparts: { ...Object.fromEntries(reached), 'doh.test': rig.all.dns.doh.origin },
      },
    })
  }

  it('nothing of Node is in the build', async () => {
    for (const name of await readdir(join(folder, 'assets'))) {
      const text = await readFile(join(folder, 'assets', name), 'utf8')
      expect(text).not.toMatch(/node:|__vite-browser-external/)
    }
  })

  // A web site seldom lets pages of others read it: that place is for the server to look at.
  it.each(places.filter(({ name }) => name !== 'web'))('proofs in $name are verified', async ({ subject, publish }) => {
    await publish(rig.all, claimOf(subject))
    expect(await ask(subject)).toMatchObject({ status: 'verified', subject })
  })

  it('a web site that does not let pages read it is unreachable', async () => {
    await places.find(({ name }) => name === 'web')?.publish(rig.all, claimOf('web:alice.test'))
    const detail = 'alice.test could not be reached'
    expect(await ask('web:alice.test')).toMatchObject({ status: 'failed', reason: 'unreachable', detail })
  })

  it('a message that is too long ends the talk with its relay', async () => {
    rig.all.relay.fault('huge')
    const subject = places.find(({ name }) => name === 'nostr')?.subject ?? ''
    expect(await ask(subject)).toMatchObject({ status: 'failed', reason: 'unreachable' })
  })
})
