// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.Unreadable;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An AWS credentials file as Velero's plugin takes it: one file that serves as credentials ({@code
 * [name]}) and as configuration ({@code [profile name]}). What is in it is never executed and never
 * repeated in a message.
 */
public final class CredentialsFile {
  private static final int MAX_FILE = 1 << 20;
  private static final String CONFIGURATION_PREFIX = "profile ";

  private final Path file;
  private final Map<String, Map<String, IniText.Entry>> sections;

  private CredentialsFile(Path file, Map<String, Map<String, IniText.Entry>> sections) {
    this.file = file;
    this.sections = sections;
  }

  /**
   * Reads a file.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} for what is not a readable ini file
   */
  public static CredentialsFile read(Path file) {
    try (var in = Files.newInputStream(file)) {
      return parse(file, in.readNBytes(MAX_FILE + 1));
    } catch (IOException e) {
      throw invalid(
          "Cannot read the credentials file %s: %s.".formatted(file, Unreadable.why(e)), e);
    }
  }

  /** Reads a file's content; {@code file} is its name in messages. */
  static CredentialsFile parse(Path file, byte[] content) {
    if (content.length > MAX_FILE) {
      throw invalid("The credentials file %s is too large to be one.".formatted(file), null);
    }
    if (startsWith(content, 0xef, 0xbb, 0xbf)
        || startsWith(content, 0xfe, 0xff)
        || startsWith(content, 0xff, 0xfe)) {
      throw invalid(
          "The credentials file %s begins with a byte order mark; save it as UTF-8 without one."
              .formatted(file),
          null);
    }
    var text = new String(content, StandardCharsets.UTF_8);
    if (text.indexOf('\0') >= 0) {
      throw invalid("The credentials file %s is not a text file.".formatted(file), null);
    }
    try {
      return new CredentialsFile(file, IniText.parse(text));
    } catch (IniText.Refusal e) {
      throw invalid(
          "The credentials file %s is not an AWS ini file: %s.".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * The profile of that name; names are compared exactly.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} if there is none, if it holds anything that
   *     VirtMover does not follow, or if it holds no credentials
   */
  public CredentialsProfile profile(String name) {
    var found = find(name).orElseThrow(() -> invalid(noProfile(name), null));
    if (found.credentials().isEmpty()) {
      throw invalid(
          "The credentials file %s: profile '%s' holds no credentials; it needs %s."
              .formatted(file, name, ProfileReader.ACCEPTED),
          null);
    }
    return found;
  }

  /** The profile of that name, if there is one; it may hold no credentials. */
  public Optional<CredentialsProfile> find(String name) {
    var entries = new ArrayList<Map<String, IniText.Entry>>();
    // What stands under [name] wins over [profile name].
    section(CONFIGURATION_PREFIX + name).ifPresent(entries::add);
    if (!name.startsWith(CONFIGURATION_PREFIX)) {
      section(name).ifPresent(entries::add);
    }
    return entries.isEmpty()
        ? Optional.empty()
        : Optional.of(new ProfileReader(file, name, List.copyOf(entries)).read());
  }

  private Optional<Map<String, IniText.Entry>> section(String name) {
    return Optional.ofNullable(sections.get(name));
  }

  private String noProfile(String name) {
    var otherCase = sections.keySet().stream().filter(name::equalsIgnoreCase).findFirst();
    return "The credentials file %s has no profile '%s'%s."
        .formatted(
            file,
            name,
            otherCase
                .map("; it has '%s', and capital letters count"::formatted)
                .orElse(sections.isEmpty() ? "; write [%s] above its keys".formatted(name) : ""));
  }

  private static boolean startsWith(byte[] content, int... start) {
    if (content.length < start.length) {
      return false;
    }
    for (var i = 0; i < start.length; i++) {
      if ((content[i] & 0xff) != start[i]) {
        return false;
      }
    }
    return true;
  }

  private static VirtMoverException invalid(String message, @Nullable Throwable cause) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message, cause);
  }
}
