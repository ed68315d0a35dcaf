import { type Invite, inviteLimits } from '@kez-chat/contracts'
import type { Call, Options } from '../command.ts'
import { usageError } from '../errors.ts'
import type { Paint } from '../output/paint.ts'
import { table } from '../output/table.ts'

export const termOptions: Options = {
  uses: { value: 'number', about: `how many may register by it, 1 to ${inviteLimits.uses}; one when left out` },
  days: { value: 'number', about: `how long it is good, 1 to ${inviteLimits.days}; 7 when left out` },
}

const whole = (call: Call, name: 'uses' | 'days', otherwise: number): number => {
  const text = call.option(name) ?? String(otherwise)
  const number = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= inviteLimits[name]) return number
  throw usageError(`--${name} is a number from 1 to ${inviteLimits[name]}`)
}

/** How often and how long a code is to be good. `expiresAt` in unix milliseconds. */
export const termsOf = (call: Call): { uses: number; expiresAt: number } => ({
  uses: whole(call, 'uses', 1),
  expiresAt: call.session.now() + whole(call, 'days', 7) * 86_400_000,
})

/** Codes as a table, or that there are none. */
export const describeInvites = (invites: readonly Invite[], paint: Paint): string =>
  invites.length === 0
    ? 'no open invitations\n'
    : table(
        paint,
        ['id', 'used', 'until', 'status'],
        invites.map(({ id, uses, used, expires_at, status }) => [id, `${used} of ${uses}`, expires_at, status]),
      )
