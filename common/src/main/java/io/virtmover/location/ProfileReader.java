// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads one profile's keys. Whatever would change who one is or where requests go, and is not
 * followed here, is refused by name instead of being passed over.
 */
final class ProfileReader {
  /** What a profile may hold, for messages. */
  static final String ACCEPTED =
      "aws_access_key_id and aws_secret_access_key (with aws_session_token where it is temporary),"
          + " or role_arn and web_identity_token_file";

  private static final String ID = "aws_access_key_id";
  private static final String SECRET = "aws_secret_access_key";
  private static final String TOKEN = "aws_session_token";
  private static final String ROLE = "role_arn";
  private static final String TOKEN_FILE = "web_identity_token_file";
  private static final String SESSION_NAME = "role_session_name";
  private static final String REGION = "region";
  private static final Set<String> FOLLOWED =
      Set.of(ID, SECRET, TOKEN, ROLE, TOKEN_FILE, SESSION_NAME, REGION);

  /**
   * Keys that say nothing to Velero's plugin: settings of the AWS command line, what tools that
   * fetch credentials note for themselves, and what OpenShift's credentials operator writes for
   * older SDKs.
   */
  private static final Pattern WITHOUT_EFFECT =
      Pattern.compile(
          "output|s3|cli_.*|x_.*|aws_security_token|aws_expiration|expiration"
              + "|aws_account_id|aws_session_expiration|toolkit_artifact_guid|sts_regional_endpoints");

  /** A name that can be repeated: what stands left of the first = or : may be half a secret. */
  private static final Pattern SHOWABLE =
      Pattern.compile(
          "[A-Z]?[a-z]{1,20}(_[A-Z]?[a-z0-9]{1,20})+|[A-Z]{1,20}(_[A-Z0-9]{1,20})+|[a-z]{1,16}");

  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\x{fffd}]");
  private static final Pattern HEADER_VALUE = Pattern.compile("[\\x21-\\x7e]+");

  private final Path file;
  private final String name;
  private final List<Map<String, IniText.Entry>> sections;
  private final Map<String, IniText.Entry> entries = new LinkedHashMap<>();

  /**
   * @param sections the parts of the profile; later ones win
   */
  ProfileReader(Path file, String name, List<Map<String, IniText.Entry>> sections) {
    this.file = file;
    this.name = name;
    this.sections = sections;
  }

  CredentialsProfile read() {
    for (var section : sections) {
      checkTogether(section, ID, SECRET);
      checkTogether(section, SECRET, ID);
      checkTogether(section, TOKEN, ID);
      entries.putAll(section);
    }
    entries.values().forEach(this::checkFollowed);
    var region = value(REGION);
    if (region.filter(text -> !StoreServer.isRegion(text)).isPresent()) {
      throw refused(entry(REGION), "is not the name of a region");
    }
    return new CredentialsProfile(credentials(), region);
  }

  /** A key pair is never put together from two sections, nor from half a one. */
  private void checkTogether(Map<String, IniText.Entry> section, String key, String other) {
    var entry = section.get(key);
    if (entry == null || entry.value().isEmpty()) {
      return;
    }
    var beside = section.get(other);
    if (beside == null) {
      throw refused(entry, "has no %s beside it".formatted(other));
    }
    if (beside.value().isEmpty()) {
      throw refused(beside, "is empty");
    }
  }

  private void checkFollowed(IniText.Entry entry) {
    if (FOLLOWED.contains(entry.key())) {
      if (entry.oddLine().isPresent()) {
        throw refused(
            entry,
            "goes on in line %d, because that line is indented; begin it at the margin"
                .formatted(entry.oddLine().getAsInt()));
      }
      if (CONTROL.matcher(entry.value()).find()) {
        throw refused(entry, "holds characters that are not text");
      }
    } else if (!entry.value().isEmpty() && !WITHOUT_EFFECT.matcher(entry.key()).matches()) {
      throw refused(entry, "is not followed: a profile holds " + ACCEPTED + ", and a region");
    }
  }

  private Optional<Credentials> credentials() {
    var keys = keys();
    var role = webIdentity();
    if (keys.isPresent() && role.isPresent()) {
      throw refused(entry(TOKEN_FILE), "contradicts " + ID + "; leave one of them out");
    }
    return keys.or(() -> role);
  }

  private Optional<Credentials> keys() {
    for (var key : List.of(ID, TOKEN)) {
      if (value(key).filter(text -> !HEADER_VALUE.matcher(text).matches()).isPresent()) {
        throw refused(entry(key), "holds blanks or other characters that no key has");
      }
    }
    return value(ID).map(id -> new Credentials.Keys(id, entry(SECRET).value(), value(TOKEN)));
  }

  private Optional<Credentials> webIdentity() {
    var role = value(ROLE);
    var tokenFile = value(TOKEN_FILE);
    if (role.isPresent() && tokenFile.isEmpty()) {
      throw refused(entry(ROLE), "has no %s beside it".formatted(TOKEN_FILE));
    }
    if (role.isEmpty() && tokenFile.isPresent()) {
      throw refused(entry(TOKEN_FILE), "has no %s beside it".formatted(ROLE));
    }
    return role.map(
        arn ->
            new Credentials.WebIdentity(arn, path(tokenFile.orElseThrow()), value(SESSION_NAME)));
  }

  private Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw refused(entry(TOKEN_FILE), "is not a path");
    }
  }

  private Optional<String> value(String key) {
    return Optional.ofNullable(entries.get(key))
        .map(IniText.Entry::value)
        .filter(text -> !text.isEmpty());
  }

  private IniText.Entry entry(String key) {
    return Objects.requireNonNull(entries.get(key), key);
  }

  private VirtMoverException refused(IniText.Entry entry, String why) {
    var key =
        FOLLOWED.contains(entry.key()) || SHOWABLE.matcher(entry.spelling()).matches()
            ? entry.key()
            : "the key";
    return new VirtMoverException(
        FailureKind.INVALID_REQUEST,
        "The credentials file %s, profile '%s': %s in line %d %s."
            .formatted(file, name, key, entry.line(), why));
  }
}
