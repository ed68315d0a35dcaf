import { effect } from '@preact/signals-core'
import { type Route, route } from './route.ts'

/**
 * State of a page that begins anew with each visit, and for each `owner` (a session, for instance). What an earlier visit
 * still has under way ends in a state that nobody sees.
 */
export const perVisit = <State>(create: () => State): ((owner?: object) => State) => {
  let visit: { readonly at: Route; readonly owner: object | undefined; readonly state: State } | undefined
  // It may hold a secret, so it goes when the page is left, not when the next one asks.
  effect(() => {
    if (visit?.at !== route.value) visit = undefined
  })
  return (owner) => {
    const at = route.value
    if (visit?.at !== at || visit.owner !== owner) visit = { at, owner, state: create() }
    return visit.state
  }
}
