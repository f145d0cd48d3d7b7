// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** How the example plugin is started from this build's classes. */
final class Commands {
  private static final Map<String, String> HOST =
      Map.of("VELERO_PLUGIN", "hello", "PLUGIN_PROTOCOL_VERSIONS", "2");

  private Commands() {}

  /** What go-plugin's host sets. */
  static Map<String, String> host() {
    return HOST;
  }

  /** A program file, as Velero finds one in its folder. */
  static Path write(Path folder) throws IOException {
    var file = folder.resolve("virtmover");
    Files.writeString(
        file,
        """
        #!/bin/sh
        exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx64m -Xss512k -XX:+DisplayVMOutputToStderr \
          --sun-misc-unsafe-memory-access=allow "-Dvirtmover.plugin.command=$0" -cp '%s' %s "$@"
        """
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                ExamplePlugin.class.getName()));
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot make %s executable".formatted(file));
    }
    return file;
  }
}
