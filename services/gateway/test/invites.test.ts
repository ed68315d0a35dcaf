import { INVITE_HEADER } from '@kez-chat/contracts'
import { inviteCodeOf, inviteHash, newInvitationSecret } from '@kez-chat/identity'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectProblem } from './expect-problem.ts'
import {
  newHandle,
  newKey,
  newPerson,
  type Person,
  type Rig,
  registrationOf,
  startRig,
  type TestGateway,
} from './rig.ts'

let rig: Rig
/** Who is registered before a code is asked for. */
let alice: Person
let gateway: TestGateway
let other: TestGateway

beforeAll(async () => {
  rig = await startRig({ registry: { KEZ_REGISTRATION: 'invite' } })
  gateway = await rig.startGateway({ KEZ_REGISTRATION: 'invite' })
  other = await rig.startGateway({ KEZ_REGISTRATION: 'invite' })
})
afterAll(async () => rig?.stop())

const register = (code?: string, registration: object = registrationOf(newHandle(), newKey()), at = gateway) =>
  fetch(`${at.baseUrl}/v1/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(code === undefined ? {} : { [INVITE_HEADER]: code }) },
    body: JSON.stringify(registration),
  })

const newCode = (): string => inviteCodeOf(newInvitationSecret())
const tomorrow = (): number => Date.now() + 86_400_000

test('the server says that it asks for codes, and what is wrong with one before anything is signed', async () => {
  // The first person comes as the operator lets them: registration is open for a moment.
  await rig.registry.stop()
  const open = await rig.startRegistry({})
  alice = await newPerson(gateway)
  await open.stop()
  await rig.registry.start()
  expect(await gateway.client.health()).toMatchObject({ status: 'ok', registration: 'invite' })
  const code = newCode()
  await gateway.client.issueInvite(alice, { ...inviteHash(code), uses: 1, expiresAt: tomorrow() })
  expect(await other.client.checkInvite(code)).toEqual({ uses_left: 1, expires_at: expect.any(String) })
  for (const wrong of [newCode(), code.slice(1), `${code}A`, `${code.slice(0, -1)}=`, ''])
    await expect(gateway.client.checkInvite(wrong)).rejects.toMatchObject({ code: 'invite_invalid' })
  await gateway.client.revokeInvite(alice, inviteHash(code).id)
  await expect(gateway.client.checkInvite(code)).rejects.toMatchObject({ code: 'invite_revoked' })
  expect(await other.client.invites(alice)).toMatchObject({ may_issue: true, invites: [{ status: 'revoked' }] })
})

test('a code admits once; the same envelope again gets its answer, with the code, without, or with a broken one', async () => {
  const code = newCode()
  await gateway.client.issueInvite(alice, { ...inviteHash(code), uses: 1, expiresAt: tomorrow() })
  await expectProblem(await register(), 'invite_required')
  await expectProblem(await register(newCode()), 'invite_invalid')
  await expectProblem(await register('nonsense'), 'invite_invalid')
  await expectProblem(await register(`${code}, ${code}`), 'invite_invalid')
  const registration = registrationOf(newHandle(), newKey())
  const first = await register(code, registration)
  expect(first.status).toBe(201)
  const body = await first.text()
  for (const again of [await register(code, registration, other), await register(undefined, registration)]) {
    expect(again.status).toBe(201)
    expect(await again.text()).toBe(body)
  }
  await expectProblem(await register(code), 'invite_used_up')
})

test('of 50 registrations at once by a code for one exactly one gets 201', async () => {
  const code = newCode()
  await gateway.client.issueInvite(alice, { ...inviteHash(code), uses: 1, expiresAt: tomorrow() })
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, i) => register(code, undefined, i % 2 ? gateway : other)),
  )
  expect(results.filter(({ status }) => status === 201)).toHaveLength(1)
  for (const result of results) if (result.status !== 201) await expectProblem(result, 'invite_used_up')
})

test('one person may issue so many at a time', async () => {
  const bob = await (async () => {
    const code = newCode()
    await gateway.client.issueInvite(alice, { ...inviteHash(code), uses: 1, expiresAt: tomorrow() })
    const signer = newKey()
    const profile = await gateway.client.register(registrationOf(newHandle(), signer), { invite: code })
    return { handle: profile.handle, signer }
  })()
  const outcomes: string[] = []
  for (let i = 0; i < 22; i++) {
    const wish = { ...inviteHash(newCode()), uses: 1, expiresAt: tomorrow() }
    outcomes.push(
      await gateway.client.issueInvite(bob, wish).then(
        () => 'ok',
        (error) => error.code,
      ),
    )
  }
  expect(outcomes.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 'ok'))
  // Which of the two comes first tells how fast this machine is.
  for (const outcome of outcomes.slice(20)) expect(['invite_limit', 'rate_limited']).toContain(outcome)
})
