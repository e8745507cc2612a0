// Colors: picocolors, unless they are not wanted, or nobody would see them.

import pc from 'picocolors';

export const colors = (plain: boolean) => pc.createColors(!plain && pc.isColorSupported);
