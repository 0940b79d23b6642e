using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// Connection strings in the formats that operators use: Npgsql's own, or a <c>postgresql://user:password@host:port/database?key=value</c>
/// URL.
/// </summary>
public static class ConnectionStrings
{
    /// <summary>
    /// Converts either format to Npgsql's; throws <see cref="FormatException"/>, whose message never contains the password.
    /// </summary>
    public static string Parse(string text)
    {
        try
        {
            return text.StartsWith("postgresql://", StringComparison.Ordinal) || text.StartsWith("postgres://", StringComparison.Ordinal)
                ? FromUrl(new Uri(text))
                : new NpgsqlConnectionStringBuilder(text).ConnectionString;
        }
        catch (Exception wrong) when (wrong is ArgumentException or UriFormatException)
        {
            throw new FormatException("is neither a connection string (Host=…;Username=…;Database=…) nor a postgresql:// URL");
        }
    }

    private static string FromUrl(Uri url)
    {
        var user = url.UserInfo.Split(':', 2);
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = Uri.UnescapeDataString(url.Host),
            Username = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = url.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(url.AbsolutePath[1..]) : null,
        };
        if (url.Port > 0)
            settings.Port = url.Port;
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var member = pair.Split('=', 2);
            settings[FromLibpq(Uri.UnescapeDataString(member[0]))] = Uri.UnescapeDataString(member.ElementAtOrDefault(1) ?? "");
        }
        return settings.ConnectionString;
    }

    /// <summary>Maps the libpq names that differ from Npgsql's.</summary>
    private static string FromLibpq(string name) => name switch
    {
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "connect_timeout" => "Timeout",
        "application_name" => "Application Name",
        _ => name,
    };
}
