/** How one is told of what comes: less of one chat, by a sound, and as an app of its own. */
export const telling = {
  mute: {
    title: 'Mute for how long?',
    hour: '1 hour',
    hours: '8 hours',
    forGood: 'Until I unmute it',
    text: 'While kez is open and unlocked, also in a tab in the background, this chat makes no sound, shows no notification and is not counted.',
    limit:
      'While kez is closed or locked, this device cannot know whose message has come, because a push does not say. You are told of it as of any other.',
    until: (when: string) => `Unmute (muted until ${when})`,
    rowUntil: (when: string) => `Muted until ${when}`,
  },
  open: {
    title: 'While kez is open',
    sound: 'A short sound when a message comes',
    soundText:
      'Not for the chat that you are reading, nor for muted ones. Browsers allow it once you have touched the page.',
    play: 'Play it',
    notHeard: 'The browser does not let it be heard.',
    previews: 'Say in notifications who writes and what',
    previewsText:
      'Only while kez is unlocked in a tab in the background. Your system may keep what it has shown, and show it on its lock screen.',
    limit: 'While kez is closed or locked, a notification says only that something has come: it knows no more.',
  },
  ask: {
    yes: 'Yes, tell me',
    no: 'Not now',
  },
  nudge: {
    install: 'On an iPhone or iPad, kez can tell you of new messages once it is on your home screen.',
    how: 'How?',
  },
  install: {
    title: 'kez as an app',
    text: 'In a window and with an icon of its own. Nothing is downloaded from a shop, and nothing changes in what is stored.',
    install: 'Install',
    later: 'No, thanks',
    apple: 'In Safari the Share button, then “Add to Home Screen”.',
  },
}
