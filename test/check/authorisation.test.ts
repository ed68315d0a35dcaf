import { routeRules } from '@kez-chat/contracts'
import { expect, it } from 'vitest'
import { authorisationDocument, savedAuthorisation } from '../../scripts/authorisation.ts'

it('documents the rules that are enforced (node scripts/authorisation.ts writes them anew)', () => {
  expect(savedAuthorisation()).toBe(authorisationDocument())
})

it('names every route', () => {
  for (const route of Object.keys(routeRules)) expect(savedAuthorisation()).toContain(`| \`${route}\` |`)
})
