using System.Globalization;

namespace Esoz.Platform.Configuration;

/// <summary>
/// Reads settings by name and collects every fault: a value in the wrong format, and an unknown name with one of our prefixes. Each name
/// that is read becomes known, so the reading code defines the list of settings.
/// </summary>
public sealed class SettingReader(IReadOnlyDictionary<string, string> values)
{
    internal const string FileSuffix = "_FILE";

    private readonly SortedDictionary<string, Setting> _read = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    /// <summary>Names read so far, in alphabetical order.</summary>
    public IReadOnlyCollection<string> Known => _read.Keys;

    /// <summary>Settings read so far, in alphabetical order, without the <c>NAME_FILE</c> of secrets.</summary>
    public IEnumerable<Setting> Read =>
        _read.Values.Where(setting => !IsFileOf(setting.Name)).Select(setting => setting with { Source = SourceOf(setting.Name) });

    /// <summary>Names that must be settings whatever their prefix.</summary>
    public IEnumerable<string> Assigned { get; init; } = [];

    /// <summary>Where the value of a setting comes from.</summary>
    public Func<string, string> SourceOf { get; init; } =
        name => values.ContainsKey(name) || values.ContainsKey(name + FileSuffix) ? SettingSources.Given : SettingSources.Default;

    /// <summary>Text as given; the default when it is absent or empty.</summary>
    public string Text(string name, string fallback = "") => Value(name, fallback) ?? fallback;

    /// <summary>A secret in a specific format, see <see cref="Secret(string)"/>.</summary>
    public string Secret(string name, Func<string, string> parse)
    {
        var text = Secret(name);
        try
        {
            return text.Length == 0 ? text : parse(text);
        }
        catch (FormatException wrong)
        {
            return Fault($"{name} {wrong.Message}.", "");
        }
    }

    /// <summary>A secret: from <c>NAME</c>, or from the file that <c>NAME_FILE</c> points to, without its last line break.</summary>
    public string Secret(string name)
    {
        var file = Value(name + FileSuffix);
        var text = Value(name, isSecret: true);
        if (file is null)
            return text ?? "";
        _read[name] = _read[name] with { Value = file };
        if (text is not null)
            Fault($"{name} and {name}{FileSuffix} are both set: remove one of them.");
        if (!File.Exists(file))
            return Fault($"{name}{FileSuffix} points to {file}, which does not exist.", "");
        return File.ReadAllText(file).TrimEnd('\r', '\n');
    }

    public int Integer(string name, int fallback, int min, int max)
    {
        if (Value(name, fallback.ToString(CultureInfo.InvariantCulture)) is not { } text)
            return fallback;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min
            && value <= max
            ? value
            : Fault($"{name} must be a whole number from {min} to {max}, but is '{text}'.", fallback);
    }

    public long Bytes(string name, long fallback)
    {
        if (Value(name, fallback.ToString(CultureInfo.InvariantCulture)) is not { } text)
            return fallback;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : Fault($"{name} must be a number of bytes above zero, but is '{text}'.", fallback);
    }

    public bool Flag(string name, bool fallback)
    {
        if (Value(name, fallback ? "true" : "false") is not { } text)
            return fallback;
        return bool.TryParse(text, out var value) ? value : Fault($"{name} must be true or false, but is '{text}'.", fallback);
    }

    /// <summary>The name of a member of <typeparamref name="T"/>, case-insensitive.</summary>
    public T Choice<T>(string name, T fallback) where T : struct, Enum
    {
        if (Value(name, fallback.ToString().ToLowerInvariant()) is not { } text)
            return fallback;
        return Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0])
            ? value
            : Fault($"{name} must be one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}, but is '{text}'.", fallback);
    }

    /// <summary>A value in a specific format; <paramref name="parse"/> throws <see cref="FormatException"/> with the reason.</summary>
    public T Parsed<T>(string name, string fallback, Func<string, T> parse)
    {
        // Here an empty value is a valid value: "never", "none".
        var text = values.TryGetValue(name, out var given) ? given.Trim() : fallback;
        _read[name] = new(name, text, false);
        try
        {
            return parse(text);
        }
        catch (FormatException wrong)
        {
            Fault($"{name}: {wrong.Message}");
            return parse(fallback);
        }
    }

    /// <summary>Adds a fault that the caller found in one or several values.</summary>
    public void Fault(string fault) => _faults.Add(fault);

    /// <summary>
    /// Adds a fault for every secret among <see cref="Assigned"/>: every user of the machine can read the arguments of a process.
    /// </summary>
    public void RefuseAssignedSecrets()
    {
        foreach (var name in Assigned.Where(name => _read.TryGetValue(name, out var setting) && setting.IsSecret))
            Fault($"{name} is a secret, and everybody on this machine can read --set in the list of processes: use {name}{FileSuffix} or the environment.");
    }

    /// <summary>
    /// Adds a fault for every name with one of <paramref name="prefixes"/> (or suffixes) that was not read; throws when there are any
    /// faults.
    /// </summary>
    public void Finish(IReadOnlyList<string> prefixes, IReadOnlyList<string> suffixes)
    {
        foreach (var name in values.Keys.Order(StringComparer.Ordinal))
        {
            var ours = prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))
                || suffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal));
            if ((ours || Assigned.Contains(name)) && !_read.ContainsKey(name))
                Fault($"{name} is not a setting. Did you mean {Nearest.To(name, Known)}?");
        }
        if (_faults.Count > 0)
            throw new SettingsException(_faults);
    }

    private string? Value(string name, string fallback = "", bool isSecret = false)
    {
        var text = values.TryGetValue(name, out var value) && value.Trim() is { Length: > 0 } given ? given : null;
        _read[name] = new(name, text ?? fallback, isSecret);
        return text;
    }

    private bool IsFileOf(string name) => name.EndsWith(FileSuffix, StringComparison.Ordinal)
        && _read.TryGetValue(name[..^FileSuffix.Length], out var secret) && secret.IsSecret;

    private T Fault<T>(string fault, T fallback)
    {
        Fault(fault);
        return fallback;
    }
}

/// <summary>One setting of this run.</summary>
/// <param name="Value">Text of the value that is used: given, or default.</param>
/// <param name="IsSecret">The value must not be shown.</param>
public sealed record Setting(string Name, string Value, bool IsSecret)
{
    /// <summary>Where the value comes from.</summary>
    public string Source { get; init; } = SettingSources.Default;

    /// <summary>The value, or for a secret only whether there is one.</summary>
    public string Shown => !IsSecret ? Value : Value.Length > 0 ? "(set)" : "";

    /// <summary>Hides a secret from logs.</summary>
    public override string ToString() => $"{Name}={Shown}";
}

/// <summary>The settings cannot be used; every fault is listed.</summary>
public sealed class SettingsException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
