using System.Globalization;

namespace Esoz.Platform.Configuration;

/// <summary>
/// Reads settings by name and collects every fault: a value in the wrong format, and an unknown name with one of our prefixes. Each name
/// that is read becomes known, so the reading code defines the list of settings.
/// </summary>
public sealed class SettingReader(IReadOnlyDictionary<string, string> values)
{
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    /// <summary>Names read so far, in alphabetical order.</summary>
    public IReadOnlyCollection<string> Known => _known;

    /// <summary>Text as given; the default when it is absent or empty.</summary>
    public string Text(string name, string fallback = "") => Value(name) ?? fallback;

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
        var file = Value(name + "_FILE");
        if (file is null)
            return Text(name);
        if (Value(name) is not null)
            Fault($"{name} and {name}_FILE are both set: remove one of them.");
        if (!File.Exists(file))
            return Fault($"{name}_FILE points to {file}, which does not exist.", "");
        return File.ReadAllText(file).TrimEnd('\r', '\n');
    }

    public int Integer(string name, int fallback, int min, int max)
    {
        if (Value(name) is not { } text)
            return fallback;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min
            && value <= max
            ? value
            : Fault($"{name} must be a whole number from {min} to {max}, but is '{text}'.", fallback);
    }

    public long Bytes(string name, long fallback)
    {
        if (Value(name) is not { } text)
            return fallback;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : Fault($"{name} must be a number of bytes above zero, but is '{text}'.", fallback);
    }

    public bool Flag(string name, bool fallback)
    {
        if (Value(name) is not { } text)
            return fallback;
        return bool.TryParse(text, out var value) ? value : Fault($"{name} must be true or false, but is '{text}'.", fallback);
    }

    /// <summary>The name of a member of <typeparamref name="T"/>, case-insensitive.</summary>
    public T Choice<T>(string name, T fallback) where T : struct, Enum
    {
        if (Value(name) is not { } text)
            return fallback;
        return Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0])
            ? value
            : Fault($"{name} must be one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}, but is '{text}'.", fallback);
    }

    /// <summary>A value in a specific format; <paramref name="parse"/> throws <see cref="FormatException"/> with the reason.</summary>
    public T Parsed<T>(string name, string fallback, Func<string, T> parse)
    {
        // Here an empty value is a valid value: "never", "none".
        _known.Add(name);
        var text = values.TryGetValue(name, out var given) ? given.Trim() : fallback;
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
    /// Adds a fault for every name with one of <paramref name="prefixes"/> (or suffixes) that was not read; throws when there are any
    /// faults.
    /// </summary>
    public void Finish(IReadOnlyList<string> prefixes, IReadOnlyList<string> suffixes)
    {
        foreach (var name in values.Keys.Order(StringComparer.Ordinal))
        {
            var ours = prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))
                || suffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal));
            if (ours && !_known.Contains(name))
                Fault($"{name} is not a setting. Did you mean {Nearest.To(name, _known)}?");
        }
        if (_faults.Count > 0)
            throw new SettingsException(_faults);
    }

    private string? Value(string name)
    {
        _known.Add(name);
        return values.TryGetValue(name, out var value) && value.Trim() is { Length: > 0 } text ? text : null;
    }

    private T Fault<T>(string fault, T fallback)
    {
        Fault(fault);
        return fallback;
    }
}

/// <summary>The settings cannot be used; every fault is listed.</summary>
public sealed class SettingsException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
