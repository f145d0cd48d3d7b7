// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.location.Location;
import picocli.CommandLine.Mixin;

/** A command that is told by options where the backups are. */
abstract class LocationCommand extends MoverCommand {
  @Mixin LocationOptions where = new LocationOptions();

  @Override
  final Location location() {
    return where.resolve();
  }
}
