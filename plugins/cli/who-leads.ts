// Who leads: says so to a person, each time that it changes; in the beginning only where it is somebody else.

import type { Leadership } from '../../core/cluster/leadership.ts';

export async function tellWhoLeads(leadership: Leadership, say: (line: string) => void): Promise<void> {
  let said = 'leads';
  const settle = async () => {
    const { leads, leader, identity } = leadership;
    const isOther = leader !== '' && leader !== identity;
    const line = leads ? 'leads' : isOther ? `stands by: ${leader} leads` : 'stands by: nobody leads';
    if (line !== said) say(line);
    said = line;
  };
  await leadership.join({ settle });
  await settle();
}
