export const notifications = {
  title: 'Notifications',
  question: 'Shall this device tell you when a message comes, also while kez is closed?',
  text: 'The notification says only that something has come: not from whom, not what, not how much.',
  privacy:
    'The push service of your browser’s maker learns that your server wakes this browser, and when; not who wrote, nor what.',
  turnOn: 'Turn notifications on',
  asking: 'Your browser now asks whether kez may notify you.',
  on: 'This device tells you when a message comes.',
  turnOff: 'Turn off on this device',
  removedElsewhere: 'Another device of yours has turned them off here.',
  open: 'Open notifications',
  settingOn: 'On for this device.',
  settingOff: 'Off on this device.',

  blockedTitle: 'Your browser does not let kez notify you',
  noneTitle: 'This browser cannot do it',
  none: 'It has no push messages, or not in this window: private windows often lack them. Current versions of Chrome, Edge, Firefox and Safari have them.',
  installTitle: 'First put kez on your home screen',
  install:
    'An iPhone or iPad notifies only for apps on the home screen: in Safari the Share button, then “Add to Home Screen”. Open kez from there and come back to this page.',

  unblock: {
    chrome:
      'Click the symbol to the left of the address, allow notifications for this site, then come back. Your system’s settings must allow the browser to notify, too.',
    firefox:
      'Click the symbol to the left of the address, remove the block on notifications, then come back. In a private window Firefox never allows them.',
    safari: 'In Safari’s settings, under Websites → Notifications, allow this address. Then come back.',
    ios: 'In the Settings app, under Notifications → kez, allow notifications. Then come back.',
    androidApp: 'Press and hold the kez icon, open App info → Notifications and allow them. Then come back.',
  },
  noPushService: {
    brave:
      'Brave gives no subscription until you allow it: in its settings, under Privacy and security, turn on “Use Google services for push messaging”. Then restart Brave.',
    other:
      'The push service of your browser was not reached. A firewall, a VPN or a blocker may be in the way. Private windows often have no push at all.',
  },
  wait: {
    android:
      'The push was sent and has not come yet. Android may be saving battery: in the system’s settings, under Apps, let your browser use the battery without restriction.',
    ios: 'The push was sent and has not come yet. Check Focus and the Notifications settings of kez, and that the device is online.',
    mac: 'The push was sent and has not come yet. Check Focus, and System Settings → Notifications → your browser. The browser must be running.',
    windows:
      'The push was sent and has not come yet. Check “Do not disturb” and that Windows allows your browser to notify. The browser must be running.',
    linux:
      'The push was sent and has not come yet. The browser must be running; a “do not disturb” of the desktop hides it.',
    other: 'The push was sent and has not come yet. The device may be offline or save its battery.',
  },

  problems: {
    undecided: 'The browser’s question was closed without an answer. Try again when you like.',
    offline: 'The server was not reached. Try again when you are online.',
    limited: (minutes: number) =>
      `That was tested often just now. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
    refused: (code: string) => `The server refused (${code}).`,
    other: 'That did not work. Reload the page and try again.',
  },

  doctor: {
    title: 'Do they arrive?',
    text: 'kez sends a real notification to this device and watches how far it comes.',
    run: 'Test notifications',
    again: 'Test again',
    running: 'Testing…',
    allGood: 'All is well: the notification has come.',
    renew: 'Subscribe this device anew',
    outcomes: { passed: 'Passed', failed: 'Failed', waiting: 'Not yet', skipped: 'Not looked at', looking: 'Looking…' },
    steps: {
      permission: 'The browser lets kez notify you',
      worker: 'The part of kez that waits in the background runs',
      subscription: 'The browser has a subscription',
      subscription_known: 'Your server knows this device',
      key_matches: 'The subscription fits the server’s key',
      endpoint_answered: 'The push service took the push',
      worker_confirmed: 'The push has come to this device',
    },
    status: (status: number) => `It answered ${status}.`,
    advice: {
      worker: 'The browser did not start it. Reload the page. Private windows often do not allow it.',
      workerFirefox:
        'Firefox did not start it. Reload the page. In private windows, and where it clears everything when closed, Firefox does not allow it.',
      subscription: 'The browser has dropped it. Subscribing anew makes another one.',
      unknown_subscription:
        'Your server has no such subscription, or has dropped it as gone. Subscribing anew mends it.',
      gone: 'The push service says that this subscription has ended. Subscribing anew mends it.',
      key_mismatch: 'Your server has a new key since. Subscribing anew mends it.',
      refused: 'The push service refuses the push. Subscribing anew may mend it; else tell whoever runs your server.',
      not_authorised:
        'The push service does not accept your server’s signature. Whoever runs the server can mend that: its clock, or its keys.',
      bad_subject:
        'The push service wants a real contact address from your server. Whoever runs the server sets KEZ_VAPID_SUBJECT.',
      too_large: 'The push service says that an empty push is too large. That is a fault of its own; try again later.',
      rate_limited: 'The push service asks your server to wait. Try again later.',
      service_error: 'The push service has trouble of its own. Your server goes on trying for a day.',
      no_answer: 'The push service did not answer in time. Your server goes on trying for a day.',
      unreachable: 'Your server does not reach the push service. Whoever runs it can look at its firewall.',
      not_allowed:
        'Your server does not send to the push service of this browser. Whoever runs it can allow it by KEZ_PUSH_HOSTS.',
    },
  },

  devices: {
    title: 'Your devices',
    text: 'All of these are told when a message comes.',
    here: 'This device',
    unnamed: 'A device without a name',
    since: (when: string) => `Since ${when}.`,
    reached: (when: string) => `Last reached: ${when}.`,
    never: 'Not reached yet.',
    failed: (when: string) => `Not reached on ${when}.`,
    remove: 'Remove',
    removeNamed: (name: string) => `Remove ${name}`,
    sureTitle: (name: string) => `Remove ${name}?`,
    sure: 'It is not told of new messages any more. You can turn notifications on again there.',
  },
  device: (browser: string, system: string) => `${browser} on ${system}`,
  browsers: {
    firefox: 'Firefox',
    edge: 'Edge',
    brave: 'Brave',
    opera: 'Opera',
    samsung: 'Samsung Internet',
    chrome: 'Chrome',
    safari: 'Safari',
    other: 'A browser',
  },
  systems: {
    android: 'Android',
    ios: 'iPhone or iPad',
    mac: 'Mac',
    windows: 'Windows',
    linux: 'Linux',
    other: 'another system',
  },

  nudge: 'New messages reach you only while kez is open.',
  nudgeOpen: 'Notify me',
  nudgeDismiss: 'Not now',
}
