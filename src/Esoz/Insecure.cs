using Esoz.Platform.Configuration;

namespace Esoz;

/// <summary>
/// What stops the start of a production registry, by the names that <c>--allow-insecure</c> and <c>ESOZ_ALLOW_INSECURE</c> take
/// (docs/adr/0033-production-refuses-to-start.md).
/// </summary>
public static class Insecure
{
    public const string TestAnchors = "test-anchors";
    public const string DisabledSignatures = "disabled-signatures";
    public const string DisabledRevocation = "disabled-revocation";
    public const string WeakKeys = "weak-keys";
    public const string AnyHost = "any-host";
    public const string PublicProbes = "public-probes";
    public const string DemoData = "demo-data";

    public static IReadOnlyList<string> Names { get; } =
        [TestAnchors, DisabledSignatures, DisabledRevocation, WeakKeys, AnyHost, PublicProbes, DemoData];

    /// <param name="text">Names, separated by commas.</param>
    /// <exception cref="FormatException">A name that is none of them.</exception>
    public static IReadOnlyList<string> Parse(string text)
    {
        var names = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return names.FirstOrDefault(name => !Names.Contains(name)) is { } wrong
            ? throw new FormatException(
                $"must be names among {string.Join(", ", Names)}, but has '{wrong}'. Did you mean {Nearest.To(wrong, Names)}?")
            : names;
    }
}
