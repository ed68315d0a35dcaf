import { signal } from '@preact/signals-core'
import { describe, expect, it } from 'vitest'
import { freshStore } from '../../test/store.ts'
import { createTabs } from '../session/tabs.ts'
import type { Store } from '../storage/store.ts'
import { openChoices } from './choices.ts'

const home = signal('https://Chat.Example.org')
let channel = 0
const open = (store: Store, tabs = createTabs(`choices-${channel++}`)) =>
  openChoices(store, tabs, home, new AbortController().signal)

describe('the relay list', () => {
  it('is the relay of the home server, then what that listens on, until there is a list of our own', async () => {
    const store = await freshStore()
    const { choices, announced, setRelays } = await open(store)
    expect(choices.value).toEqual({ relays: ['wss://chat.example.org/relay'], ownList: false, confirmations: true })
    await announced(['wss://nos.lol/', 'wss://chat.example.org/relay'])
    expect(choices.value.relays).toEqual(['wss://chat.example.org/relay', 'wss://nos.lol'])
    await setRelays(['wss://Mine.example.org', 'wss://mine.example.org/'])
    expect(choices.value).toMatchObject({ relays: ['wss://mine.example.org'], ownList: true })
    await announced(['wss://other.example.org'])
    expect(choices.value.relays).toEqual(['wss://mine.example.org'])
    await setRelays([])
    expect((await open(store)).choices.value.relays).toEqual([])
    await setRelays(undefined)
    expect(choices.value.relays).toEqual(['wss://chat.example.org/relay', 'wss://other.example.org'])
  })

  it('takes no junk, and stays as it was', async () => {
    const { choices, setRelays } = await open(await freshStore())
    await setRelays(['wss://nos.lol'])
    await expect(setRelays(['https://nos.lol'])).rejects.toMatchObject({ code: 'malformed' })
    expect(choices.value.relays).toEqual(['wss://nos.lol'])
  })

  it('names no relay in the clear', async () => {
    const store = await freshStore()
    await (await open(store)).setRelays(['wss://very-secret.example.org'])
    const box = await store.db.get('device', 'choices')
    expect(new TextDecoder('latin1').decode(box)).not.toContain('secret')
  })
})

describe('the choices', () => {
  it('are the same in every tab and after a reload', async () => {
    const store = await freshStore()
    const name = `choices-${channel++}`
    const [one, other] = [await open(store, createTabs(name)), await open(store, createTabs(name))]
    await one.setConfirmations(false)
    await expect.poll(() => other.choices.value.confirmations).toBe(false)
    expect((await open(store)).choices.value.confirmations).toBe(false)
  })
})
