using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// Connection strings in the formats that operators use: Npgsql's own (<c>Host=…;Username=…</c>), and both of libpq, with several hosts
/// where there are standbys: <c>postgresql://user:password@one:5432,two:5432/database?target_session_attrs=read-write</c>, or
/// <c>host=one,two dbname=… user=…</c>.
/// </summary>
public static partial class ConnectionStrings
{
    /// <summary>Names of libpq that differ from Npgsql's.</summary>
    private static readonly Dictionary<string, string> Npgsqls = new(StringComparer.Ordinal)
    {
        ["user"] = "Username",
        ["dbname"] = "Database",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["client_encoding"] = "Client Encoding",
        ["passfile"] = "Passfile",
        ["options"] = "Options",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["sslnegotiation"] = "SSL Negotiation",
        ["channel_binding"] = "Channel Binding",
        ["gssencmode"] = "GSS Encryption Mode",
        ["target_session_attrs"] = "Target Session Attributes",
        ["load_balance_hosts"] = "Load Balance Hosts",
    };

    /// <summary>
    /// For a look at whether a database answers and who answers. It knows the built-in types only: the driver would read those of the
    /// database with its first connection, which costs more than the look.
    /// </summary>
    public static NpgsqlDataSource ForLook(NpgsqlConnectionStringBuilder settings, string name) =>
        new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name }
            .ConfigureTypeLoading(types => types.EnableTypeLoading(false)).Build();

    /// <summary>Converts any of the formats to Npgsql's.</summary>
    /// <exception cref="FormatException">Its message names what is wrong, and never contains the password.</exception>
    public static string Parse(string text)
    {
        if (Url().Match(text) is { Success: true } url)
            return FromUrl(url);
        if (KeywordsAndValues().IsMatch(text))
            return FromKeywords(text);
        try
        {
            return new NpgsqlConnectionStringBuilder(text).ConnectionString;
        }
        catch (ArgumentException)
        {
            throw new FormatException("is neither a connection string (Host=…;Username=…;Database=…) nor a postgresql:// URL");
        }
    }

    private static string FromUrl(Match url)
    {
        var settings = new NpgsqlConnectionStringBuilder();
        if (Part("hosts") is { Length: > 0 } hosts)
            settings.Host = Decoded(hosts);
        if (Part("user") is { Length: > 0 } user)
            settings.Username = Decoded(user);
        if (url.Groups["password"].Success)
            settings.Password = Decoded(Part("password"));
        if (Part("database") is { Length: > 0 } database)
            settings.Database = Decoded(database);
        foreach (var pair in Part("query").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var member = pair.Split('=', 2);
            Set(settings, Decoded(member[0]), Decoded(member.ElementAtOrDefault(1) ?? ""));
        }
        return Checked(settings);

        string Part(string name) => url.Groups[name].Value;
        static string Decoded(string text) => Uri.UnescapeDataString(text);
    }

    /// <summary><c>host=… dbname=…</c>: values with spaces are in single quotes, and a backslash escapes one character.</summary>
    private static string FromKeywords(string text)
    {
        var settings = new NpgsqlConnectionStringBuilder();
        var ports = "";
        foreach (Match pair in KeywordAndValue().Matches(text))
        {
            var value = pair.Groups["quoted"].Success ? pair.Groups["quoted"].Value : pair.Groups["plain"].Value;
            value = Escaped().Replace(value, "$1");
            if (pair.Groups["name"].Value == "port")
                ports = value;
            else
                Set(settings, pair.Groups["name"].Value, value);
        }
        if (ports.Length > 0)
            settings.Host = WithPorts(settings.Host ?? "localhost", ports);
        return Checked(settings);
    }

    /// <summary>One port for all hosts, or one for each.</summary>
    private static string WithPorts(string hosts, string ports)
    {
        var (names, numbers) = (hosts.Split(','), ports.Split(','));
        if (numbers.Length != 1 && numbers.Length != names.Length)
            throw new FormatException($"has {names.Length} hosts, but {numbers.Length} ports");
        return string.Join(',', names.Select((name, i) => $"{name}:{numbers[numbers.Length == 1 ? 0 : i]}"));
    }

    private static void Set(NpgsqlConnectionStringBuilder settings, string name, string value)
    {
        try
        {
            settings[Npgsqls.GetValueOrDefault(name, name)] = (name, value) switch
            {
                // verify-full is VerifyFull.
                ("sslmode" or "gssencmode" or "channel_binding" or "sslnegotiation", _) => value.Replace("-", "", StringComparison.Ordinal),
                ("load_balance_hosts", _) => value == "random",
                _ => value,
            };
        }
        catch (Exception wrong) when (wrong is KeyNotFoundException or ArgumentException or FormatException or OverflowException)
        {
            // The value of an unknown name may be a password.
            throw new FormatException(Npgsqls.ContainsKey(name) ? $"has {name}={value}, which is no value of {name}"
                : $"has {name}, which is no parameter of a connection, or a value that it cannot have");
        }
    }

    /// <summary>Npgsql has one port, and otherwise reads it with each host.</summary>
    private static string Checked(NpgsqlConnectionStringBuilder settings)
    {
        var hosts = settings.Host?.Split(',') ?? [];
        foreach (var host in hosts)
        {
            if (host.StartsWith('/') || Port().Match(host) is not { Success: true } port)
                continue;
            if (!ushort.TryParse(port.Groups[1].Value, CultureInfo.InvariantCulture, out var number) || number == 0)
                throw new FormatException($"has the port {port.Groups[1].Value} of {host[..port.Index]}, which is no port");
            if (hosts.Length == 1)
                (settings.Host, settings.Port) = (host[..port.Index].Trim('[', ']'), number);
        }
        return settings.ConnectionString;
    }

    [GeneratedRegex(
        """^postgres(ql)?://((?<user>[^:@/?]*)(:(?<password>[^@/?]*))?@)?(?<hosts>[^/?]*)(/(?<database>[^?]*))?(\?(?<query>.*))?$""",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Url();

    /// <summary>At least two pairs, separated by spaces and not by semicolons.</summary>
    [GeneratedRegex("""^\s*\w+\s*=\s*('(\\.|[^'\\])*'|[^\s;']+)(\s+\w+\s*=\s*('(\\.|[^'\\])*'|[^\s;']*))+\s*$""")]
    private static partial Regex KeywordsAndValues();

    [GeneratedRegex("""(?<name>\w+)\s*=\s*('(?<quoted>(\\.|[^'\\])*)'|(?<plain>\S*))""")]
    private static partial Regex KeywordAndValue();

    [GeneratedRegex("""\\(.)""")]
    private static partial Regex Escaped();

    [GeneratedRegex(""":(\d+)$""")]
    private static partial Regex Port();
}
