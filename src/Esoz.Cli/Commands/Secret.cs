namespace Esoz.Cli.Commands;

/// <summary>
/// What a credential is ended by: its id, or the secret itself, which is read from standard input for <c>-</c>. As an argument it still
/// works; other users of the machine can see it then.
/// </summary>
internal static class Secret
{
    private const string StandardInput = "-";

    public static Argument<string?> Argument(string name) => new(name)
    {
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "ID|-",
        Description = $"Id of the {name}, as in the list, or - to read the {name} itself from standard input.",
    };

    /// <summary>The id, or the secret; both null when the argument is missing.</summary>
    /// <exception cref="UsageException">Standard input is empty.</exception>
    public static async Task<(Guid? Id, string? Value)> Read(string? argument, CancellationToken ct)
    {
        if (argument is null)
            return default;
        if (Guid.TryParse(argument, out var id))
            return (id, null);
        if (argument != StandardInput)
        {
            await Console.Error.WriteLineAsync(
                "Other users of this machine can see a secret that is an argument: use - and write it to standard input.");
            return (null, argument);
        }
        return (null, (await Console.In.ReadLineAsync(ct))?.Trim() is { Length: > 0 } secret ? secret
            : throw new UsageException("Standard input has no secret in its first line."));
    }

    /// <summary>Reports how many credentials were ended.</summary>
    public static Task Report(ParseResult parsed, int revoked) =>
        CommandLine.Report(parsed, new { Revoked = revoked }, revoked == 1 ? "Revoked." : $"Revoked {revoked}.");
}
