// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

/** {@link BackupJourney} with today's KubeVirt. */
class BackupJourneyIT extends BackupJourney {}
