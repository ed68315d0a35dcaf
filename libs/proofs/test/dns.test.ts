import { encodeCompact, encodeDnsTxt, encodeJson } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { defaultProofSettings, verifyProof } from '../src/index.ts'
import { alice, askFor, claimOf, mallory, useCounterparts } from './rig.ts'

const SUBJECT = 'dns:alice.test'
const NAME = '_kez.alice.test'

describe('proofs in DNS', () => {
  const rig = useCounterparts()

  it('are found among other records at the same name', async () => {
    const others = await encodeDnsTxt(claimOf(SUBJECT, mallory))
    rig.all.dns.setTxt(NAME, 'hello', others, await encodeDnsTxt(claimOf(SUBJECT)))
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'verified', place: `TXT ${NAME}` })
  })

  it('come over TCP when they do not fit a datagram', async () => {
    rig.all.dns.setTxt(NAME, 'x'.repeat(3_000), await encodeCompact(claimOf(SUBJECT)))
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'verified' })
  })

  it('may be JSON', async () => {
    rig.all.dns.setTxt(NAME, encodeJson(claimOf(SUBJECT)).replace(/\n\s*/g, ''))
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'verified' })
  })

  it('are malformed when the record is something else', async () => {
    rig.all.dns.setTxt(NAME, 'v=spf1 -all')
    const detail = `there is no claim in what stands at TXT ${NAME}`
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'failed', reason: 'malformed', detail })
  })

  it('survive hundreds of records of junk', async () => {
    rig.all.dns.setTxt(NAME, ...Array.from({ length: 200 }, (_, n) => `kez:z1:${n}AAAA`))
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'failed', reason: 'malformed' })
  })
})

describe('proofs in DNS over HTTPS', () => {
  const rig = useCounterparts()
  const ask = () => {
    const counterparts = { 'doh.test': rig.all.dns.doh.origin }
    const settings = { ...rig.settings, dnsServers: [], dohUrl: 'https://doh.test/dns-query', counterparts }
    return askFor(rig, SUBJECT, { settings })
  }

  it('are found, with the question in the form of RFC 8484', async () => {
    rig.all.dns.setTxt(NAME, await encodeDnsTxt(claimOf(SUBJECT)))
    expect(await ask()).toMatchObject({ status: 'verified', place: `TXT ${NAME}` })
    expect(rig.all.dns.doh.requests.at(-1)?.headers.accept).toBe('application/dns-message')
    expect(rig.all.dns.questions).toEqual([`TXT ${NAME}`])
  })

  it.each([
    ['not_found', `there is no ${NAME} in DNS`, (): void => undefined],
    ['not_found', `${NAME} has no TXT record`, (): void => rig.all.dns.setAddresses(NAME, '1.1.1.1')],
    ['unreachable', 'the DNS server answers with error 2', (): void => rig.all.dns.fault('servfail')],
    ['unreachable', 'doh.test answers with status 500', (): void => rig.all.dns.doh.fault('broken')],
    ['rate_limited', 'doh.test answers no more requests for now', (): void => rig.all.dns.doh.fault('rate_limited')],
    [
      'unreachable',
      'the DNS server answers something that is no DNS message',
      (): void => rig.all.dns.doh.fault('garbage'),
    ],
    ['malformed', 'the answer of doh.test is larger than 1048576 bytes', (): void => rig.all.dns.doh.fault('huge')],
  ] as const)('fail as %s: %s', async (reason, detail, arrange) => {
    arrange()
    expect(await ask()).toMatchObject({ status: 'failed', reason, detail })
  })

  it('never leave for a server that is not there as configured', async () => {
    const settings = { ...defaultProofSettings, dohUrl: 'https://127.0.0.1/dns-query' }
    expect(await verifyProof({ subject: SUBJECT, primary: alice.primary, settings })).toMatchObject({
      reason: 'unreachable',
      detail: '127.0.0.1 leads to an address that is not public',
    })
  })
})
