using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Esoz.Platform.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Esoz.Tests.Platform.Logging;

/// <summary>The log as a collector reads it.</summary>
public sealed class LogLineTests
{
    [Fact(DisplayName =
        "A log entry is one line of JSON with its named values, the request id and the exception; the framework's scopes are left out")]
    public void Line()
    {
        var scopes = new LoggerExternalScopeProvider();
        using var framework = scopes.Push(new Dictionary<string, object> { ["RequestPath"] = "/api" });
        using var request = scopes.Push(new KeyValuePair<string, object?>[] { new("request_id", "r#1"), new("job", null) });
        KeyValuePair<string, object?>[] state = [new("ClientName", "Поліклініка\n\"А\""), new("Rows", 7L), new("{OriginalFormat}", "…")];
        var bytes = new ArrayBufferWriter<byte>();

        LogLine.Write(bytes, new LogEntry<KeyValuePair<string, object?>[]>(
            LogLevel.Error, "Esoz.BulkExport", 0, state, new InvalidOperationException("broken"), (_, _) =>
            "7 rows\nof Поліклініка"), scopes);

        var line = Encoding.UTF8.GetString(bytes.WrittenSpan);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        var json = JsonNode.Parse(line)!.AsObject();
        Assert.Equal(
            ["time", "level", "category", "message", "client_name", "rows", "request_id", "exception"], json.Select(member => member.Key));
        Assert.Equal(("Error", "7 rows\nof Поліклініка", 7L, "r#1"),
            ((string)json["level"]!, (string)json["message"]!, (long)json["rows"]!, (string)json["request_id"]!));
        Assert.InRange(DateTimeOffset.Parse((string)json["time"]!, System.Globalization.CultureInfo.InvariantCulture),
            DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        Assert.Contains("InvalidOperationException: broken", (string)json["exception"]!, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "On a terminal a line has time, level, category and request id before the message, and the exception after it")]
    public void Terminal()
    {
        var scopes = new LoggerExternalScopeProvider();
        using var framework = scopes.Push(new Dictionary<string, object> { ["RequestPath"] = "/api" });
        using var request = scopes.Push(new KeyValuePair<string, object?>[] { new("request_id", "r#1"), new("job", null) });
        var bytes = new ArrayBufferWriter<byte>();

        TerminalLine.Write(bytes, new LogEntry<string>(LogLevel.Error, "Esoz.BulkExport.Building", 0, "", new InvalidOperationException("broken"),
            (_, _) => "7 rows\nof Поліклініка"), scopes);

        Assert.Matches(
            @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z error       Building request_id=r#1: 7 rows of Поліклініка\nSystem.InvalidOperationException: broken\n$",
            Encoding.UTF8.GetString(bytes.WrittenSpan));
    }
}
