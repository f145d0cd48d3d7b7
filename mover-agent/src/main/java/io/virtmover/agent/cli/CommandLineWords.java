// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.ResultCodec;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Says in one line what is wrong with a command line. Options are named, their values are not
 * repeated: an address may hold a password.
 */
final class CommandLineWords implements IParameterExceptionHandler {
  private static final Pattern OPTION =
      Pattern.compile("(--?[A-Za-z][A-Za-z-]*)(=.*)?", Pattern.DOTALL);
  private static final Pattern PLAIN_WORD = Pattern.compile("[a-z-]{1,20}");

  @Override
  public int handleParseException(ParameterException e, String[] words) {
    var failure =
        new VirtMoverException(
            FailureKind.INVALID_REQUEST,
            "%s See %s --help."
                .formatted(
                    what(e, List.of(words)), e.getCommandLine().getCommandSpec().qualifiedName()),
            e);
    System.err.println("virtmover: " + failure.getMessage());
    if (List.of(words).contains("--json")) {
      System.out.println(ResultCodec.line("", Optional.of(failure), Optional.empty()));
    }
    return failure.kind().exitCode();
  }

  private static String what(ParameterException e, List<String> words) {
    return switch (e) {
      case VirtMoverCommand.NoCommand none -> none.getMessage() + ".";
      case MissingParameterException missing when !isAnyGiven(missing.getMissing(), words) ->
          "%s %s missing."
              .formatted(
                  missing.getMissing().stream()
                      .map(CommandLineWords::name)
                      .collect(Collectors.joining(", ")),
                  missing.getMissing().size() == 1 ? "is" : "are");
      case OverwrittenOptionException twice when twice.getOverwritten() != null ->
          name(twice.getOverwritten()) + " is given twice.";
      case UnmatchedArgumentException unmatched -> unmatched(unmatched.getUnmatched());
      case MissingParameterException value when !value.getMissing().isEmpty() ->
          "The value of %s is missing.".formatted(name(value.getMissing().getFirst()));
      case ParameterException other when other.getArgSpec() != null ->
          "The value of %s is not understood.".formatted(name(other.getArgSpec()));
      default -> "The command line is not understood.";
    };
  }

  /** Whether what is missing is the value of an option that stands there: both end alike. */
  private static boolean isAnyGiven(List<ArgSpec> arguments, List<String> words) {
    return arguments.stream()
        .anyMatch(
            argument ->
                argument instanceof OptionSpec option
                    && Stream.of(option.names()).anyMatch(words::contains));
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  private static String unmatched(List<String> words) {
    var first = words.isEmpty() ? "" : words.getFirst();
    var option = OPTION.matcher(first);
    if (option.matches()) {
      return "There is no option %s.".formatted(option.group(1));
    }
    return PLAIN_WORD.matcher(first).matches()
        ? "'%s' is neither a command nor an option's value.".formatted(first)
        : "There is a word that belongs to no option.";
  }
}
