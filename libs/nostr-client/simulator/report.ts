import type { Outcome } from './world.ts'

/** What a broken promise is told with: the message's own history, what was done to the world, and how to see it again. */
export const report = ({ plan, broken, truth }: Outcome, again: string): string => {
  const people = plan.people.map(({ name }) => name).join(', ')
  const ways =
    plan.ways === 'both' ? 'relays and home servers' : `only ${plan.ways === 'relays' ? 'relays' : 'home servers'}`
  return [
    `BROKEN: ${broken?.promise}`,
    `  ${broken?.message}`,
    `seed ${plan.seed}: ${people}; ${ways}; ${plan.actions.length} things are done to this world`,
    ...(broken?.fate ? ['', 'The message:', ...broken.fate.history.map((line) => `  ${line}`)] : []),
    '',
    'The world:',
    ...truth.general.map((line) => `  ${line}`),
    '',
    `again: ${again}`,
  ].join('\n')
}
