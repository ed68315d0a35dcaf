import { signal } from '@preact/signals-core'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { cameFrom, goTo } from './route.ts'
import { perVisit } from './visit.ts'

const history = { pushState: () => undefined, replaceState: () => undefined }
vi.stubGlobal('window', { history })
afterEach(() => goTo({ name: 'home' }))
afterAll(() => vi.unstubAllGlobals())

describe('the state of a page', () => {
  it('is the same during a visit, and a new one when the page is left and entered again', () => {
    const stateOf = perVisit(() => signal(''))
    goTo({ name: 'drill' })
    stateOf().value = 'These words are yours.'
    expect(stateOf().value).toBe('These words are yours.')
    goTo({ name: 'settings' })
    goTo({ name: 'drill' })
    expect(stateOf().value).toBe('')
  })

  it('is not written by what an earlier visit finishes late', () => {
    const stateOf = perVisit(() => signal(''))
    goTo({ name: 'passphrase' })
    const before = stateOf()
    goTo({ name: 'settings' })
    goTo({ name: 'passphrase' })
    before.value = 'Changed.'
    expect(stateOf().value).toBe('')
  })

  it('of one identity is not the state of the next', () => {
    const stateOf = perVisit(() => signal<boolean | undefined>(undefined))
    const [first, second] = [{}, {}]
    goTo({ name: 'quick-unlock' })
    stateOf(first).value = true
    expect(stateOf(second).value).toBeUndefined()
  })
})

describe('the way back', () => {
  it('is to the page before, when it is one of those that lead here', () => {
    goTo({ name: 'settings' })
    goTo({ name: 'drill' })
    expect(cameFrom('welcome', 'settings')).toBe('settings')
    goTo({ name: 'find' })
    goTo({ name: 'drill' })
    expect(cameFrom('welcome', 'settings')).toBe('welcome')
  })
})
