using System.Text.Json;

namespace Esoz.Platform.Configuration;

/// <summary>
/// Names and values from all sources, highest precedence first: <c>--set NAME=VALUE</c>, environment, <c>appsettings.json</c>. The file is
/// the one that <c>ESOZ_SETTINGS</c> names; otherwise that of the data directory in production, and that of the working directory in a
/// sandbox, where it is refused if somebody else may have written it.
/// </summary>
public sealed class SettingSources
{
    public const string Assignment = "--set";
    public const string Environment = "environment";
    public const string File = "appsettings.json";
    public const string Default = "default";

    /// <summary>Of values that were not gathered from sources.</summary>
    public const string Given = "given";

    /// <summary>The setting that names the file.</summary>
    public const string FileSetting = "ESOZ_SETTINGS";

    /// <summary>Set by systemd for a service whose log goes to the journal; its prefix is one of ours.</summary>
    private const string OfSystemd = "JOURNAL_STREAM";

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _sources = new(StringComparer.Ordinal);

    private SettingSources()
    {
    }

    /// <summary>What the user may not expect, in one sentence; null when there is nothing.</summary>
    public string? Notice { get; private set; }

    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>Names that were assigned for this run; a name among them that is no setting is a mistake, whatever its prefix.</summary>
    public IEnumerable<string> Assigned => _sources.Where(source => source.Value == Assignment).Select(source => source.Key);

    /// <param name="assignments">Values of <c>--set</c>.</param>
    /// <param name="environment">Null = that of the process.</param>
    /// <exception cref="SettingsException">The file or an assignment cannot be read.</exception>
    public static SettingSources Gather(IEnumerable<string> assignments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var gathered = new SettingSources();
        foreach (var (name, value) in (environment ?? OfProcess()).Where(variable => variable.Key != OfSystemd))
            gathered.Add(name, value, Environment);
        foreach (var assignment in assignments)
        {
            var at = assignment.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
                throw new SettingsException([$"--set takes NAME=VALUE, but got '{assignment}'."]);
            gathered.Add(assignment[..at], assignment[(at + 1)..], Assignment);
        }
        if (gathered.PathOfFile() is { } path)
            gathered.AddFile(System.IO.File.ReadAllBytes(path));
        return gathered;
    }

    /// <summary>The source of a setting's value. A secret may come from the file that <c>NAME_FILE</c> names.</summary>
    public string Of(string name) => _sources.GetValueOrDefault(name)
        ?? (_sources.TryGetValue(name + SettingReader.FileSuffix, out var source) ? $"{name}{SettingReader.FileSuffix}, {source}" : Default);

    private static IEnumerable<KeyValuePair<string, string>> OfProcess() =>
        from System.Collections.DictionaryEntry variable in System.Environment.GetEnvironmentVariables()
        select KeyValuePair.Create((string)variable.Key, (string?)variable.Value ?? "");

    private void Add(string name, string value, string source) => (_values[name], _sources[name]) = (value, source);

    /// <summary>The file to read; null when there is none.</summary>
    private string? PathOfFile()
    {
        if (_values.GetValueOrDefault(FileSetting) is { Length: > 0 } named)
            return System.IO.File.Exists(named) ? named : throw new SettingsException([$"{FileSetting} points to {named}, which does not exist."]);
        if (string.Equals(_values.GetValueOrDefault("ESOZ_MODE"), nameof(Mode.Production), StringComparison.OrdinalIgnoreCase))
        {
            var path = Path.Combine(_values.GetValueOrDefault("ESOZ_DATA_DIR") is { Length: > 0 } data ? data : "./var", File);
            if (System.IO.File.Exists(File) && Path.GetFullPath(File) != Path.GetFullPath(path))
                Notice = $"{File} in the working directory is not read in production: name it in {FileSetting}, or move it to {path}.";
            return System.IO.File.Exists(path) ? path : null;
        }
        if (!System.IO.File.Exists(File))
            return null;
        return ForeignFile.Reason(File) is { } reason
            ? throw new SettingsException([$"{File} in the working directory {reason}: name it in {FileSetting} if you trust it, or remove it."])
            : File;
    }

    /// <summary>What was set otherwise stays.</summary>
    private void AddFile(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new SettingsException([$"{File} must be one JSON object of names and values, such as {{\"ESOZ_MODE\": \"sandbox\"}}."]);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (!_values.ContainsKey(member.Name))
                    Add(member.Name, member.Value.ToString(), File);
            }
        }
        catch (JsonException wrong)
        {
            // The rest of the message is advice to programmers, and repeats the line.
            var reason = wrong.Message.Split(". ")[0].TrimEnd('.');
            throw new SettingsException([$"{File} is not valid JSON in line {wrong.LineNumber + 1}: {reason}."]);
        }
    }
}
