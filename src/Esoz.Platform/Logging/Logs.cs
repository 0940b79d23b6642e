using Microsoft.Extensions.Logging.Console;

namespace Esoz.Platform.Logging;

/// <summary>
/// Logs go to standard error: one JSON object per line for collectors, plain lines on a terminal. Every line of a request contains its
/// <c>request_id</c>. Bodies, tokens, keys and personal data are never logged.
/// </summary>
public static class Logs
{
    public static void Configure(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        // One line per request would halve the throughput; the metrics contain this information.
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Npgsql", LogLevel.Warning);
        // The fault is logged once, with its request, by Platform.Http.UnhandledFaults.
        logging.AddFilter("Npgsql.Exception", LogLevel.None);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (Console.IsErrorRedirected)
            logging.Services.AddSingleton<ILoggerProvider>(_ => new LogWriter(Console.OpenStandardError()));
        else
            logging.AddSimpleConsole(text => text.SingleLine = true);
    }
}
