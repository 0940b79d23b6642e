using System.Text.Json;

namespace Esoz.Import;

/// <summary>One dictionary of a file.</summary>
/// <param name="Description">Null = the file does not state it.</param>
/// <param name="Labels">Null = the file does not state them.</param>
/// <param name="IsActive">Null = the file does not state it.</param>
/// <param name="Values">Every value; a parent comes before its children.</param>
internal sealed record DictionaryEntry(
    string Name, string? Description, IReadOnlyList<string>? Labels, bool? IsActive, IReadOnlyList<DictionaryEntryValue> Values);

/// <summary>One value of a dictionary of a file.</summary>
/// <param name="Parent">Code of the value above it; null = none.</param>
internal sealed record DictionaryEntryValue(string Code, string Description, bool IsActive, string? Parent);

/// <summary>
/// Reads a file of dictionaries, in the form <c>{NAME: {"values": [{"code", "name_uk"}]}}</c> or in that of the answer of
/// <c>GET /api/v2/dictionaries</c>, with or without its envelope. Other members are ignored. All faults are collected, each with the path
/// of its entry.
/// </summary>
internal sealed class DictionaryFile
{
    private const int MaxText = 255;

    private readonly string _source;
    private readonly List<string> _faults = [];
    private readonly HashSet<string> _names = [];

    private DictionaryFile(string source) => _source = source;

    /// <exception cref="ImportFailedException">The file is not JSON or not of one of the two forms.</exception>
    public static IReadOnlyList<DictionaryEntry> Read(byte[] content, string source)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(content);
        }
        catch (JsonException malformed)
        {
            throw new ImportFailedException([$"{source}: not JSON: {malformed.Message}"], malformed);
        }
        using (document)
        {
            var file = new DictionaryFile(source);
            var entries = file.Entries(document.RootElement).ToList();
            if (file._faults.Count > 0)
                throw new ImportFailedException([.. file._faults.Take(ImportFailedException.MaxFaults)]);
            return entries;
        }
    }

    private IEnumerable<DictionaryEntry> Entries(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
            return List(root, "$");
        if (root.ValueKind != JsonValueKind.Object)
        {
            Fault("$", "is neither an object nor a list");
            return [];
        }
        return root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array
            ? List(data, "$.data")
            : root.EnumerateObject().Select(member => ByName(member.Name, member.Value, $"$.{member.Name}")).OfType<DictionaryEntry>();
    }

    private IEnumerable<DictionaryEntry> List(JsonElement list, string path) => list.EnumerateArray()
        .Select((dictionary, i) => Served(dictionary, $"{path}[{i}]")).OfType<DictionaryEntry>();

    /// <summary>The form by name: all values are active.</summary>
    private DictionaryEntry? ByName(string name, JsonElement dictionary, string path)
    {
        if (!IsObject(dictionary, path) || !IsNew(name, path))
            return null;
        var values = new List<DictionaryEntryValue>();
        AddValues(values, dictionary, "values", path, parent: null, "name_uk");
        return new(name, null, null, null, values);
    }

    /// <summary>The form that is served.</summary>
    private DictionaryEntry? Served(JsonElement dictionary, string path)
    {
        if (!IsObject(dictionary, path) || Text(dictionary, "name", path, isRequired: true) is not { } name || !IsNew(name, $"{path}.name"))
            return null;
        var values = new List<DictionaryEntryValue>();
        AddValues(values, dictionary, "values", path, parent: null, "description");
        return new(name, Text(dictionary, "description", path, isRequired: false), Labels(dictionary, path),
            Flag(dictionary, "is_active", path), values);
    }

    private void AddValues(
        List<DictionaryEntryValue> values, JsonElement owner, string member, string path, string? parent, string description)
    {
        if (!owner.TryGetProperty(member, out var list) || list.ValueKind == JsonValueKind.Null)
        {
            if (parent is null)
                Fault($"{path}.{member}", "is missing");
            return;
        }
        if (list.ValueKind != JsonValueKind.Array)
        {
            Fault($"{path}.{member}", "is not a list");
            return;
        }
        foreach (var (value, i) in list.EnumerateArray().Select((value, i) => (value, i)))
        {
            var at = $"{path}.{member}[{i}]";
            if (!IsObject(value, at) || Text(value, "code", at, isRequired: true) is not { } code)
                continue;
            if (values.Exists(other => other.Code == code))
                Fault($"{at}.code", $"{code} is given twice");
            values.Add(new(code, Text(value, description, at, isRequired: false) ?? code, Flag(value, "is_active", at) ?? true, parent));
            AddValues(values, value, "child_values", at, code, description);
        }
    }

    private string[]? Labels(JsonElement dictionary, string path)
    {
        if (!dictionary.TryGetProperty("labels", out var labels) || labels.ValueKind == JsonValueKind.Null)
            return null;
        if (labels.ValueKind == JsonValueKind.Array && labels.EnumerateArray().All(label => label.ValueKind == JsonValueKind.String))
            return [.. labels.EnumerateArray().Select(label => label.GetString()!)];
        Fault($"{path}.labels", "is not a list of texts");
        return null;
    }

    private bool? Flag(JsonElement owner, string member, string path)
    {
        if (!owner.TryGetProperty(member, out var flag) || flag.ValueKind == JsonValueKind.Null)
            return null;
        if (flag.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return flag.GetBoolean();
        Fault($"{path}.{member}", "is neither true nor false");
        return null;
    }

    /// <summary>Null when it is absent, null or faulty.</summary>
    private string? Text(JsonElement owner, string member, string path, bool isRequired)
    {
        var isAbsent = !owner.TryGetProperty(member, out var text) || text.ValueKind == JsonValueKind.Null;
        if (isAbsent && !isRequired)
            return null;
        var fault = isAbsent ? "is missing"
            : text.ValueKind != JsonValueKind.String ? "is not a text"
            : isRequired && text.GetString() is "" ? "is empty"
            : isRequired && text.GetString()!.Length > MaxText ? $"is longer than {MaxText} characters"
            : text.GetString()!.Contains('\0', StringComparison.Ordinal) ? "has a character that cannot be stored"
            : null;
        if (fault is null)
            return text.GetString();
        Fault($"{path}.{member}", fault);
        return null;
    }

    private bool IsObject(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Object)
            return true;
        Fault(path, "is not an object");
        return false;
    }

    private bool IsNew(string name, string path)
    {
        if (name.Length is 0 or > MaxText || name.Contains('\0', StringComparison.Ordinal))
            Fault(path, $"is not the name of a dictionary: 1 to {MaxText} characters");
        else if (!_names.Add(name))
            Fault(path, $"{name} is given twice");
        else
            return true;
        return false;
    }

    private void Fault(string path, string what) => _faults.Add($"{_source}: {path} {what}");
}
