namespace Esoz.Platform.Logging;

/// <summary>
/// Logs go to standard error: one JSON object per line for collectors, plain lines on a terminal. Every line of a request contains its
/// <c>request_id</c>. Bodies, tokens, keys and personal data are never logged.
/// </summary>
public static class Logs
{
    /// <param name="level">The lowest level that is logged (<c>ESOZ_LOG_LEVEL</c>).</param>
    public static void Configure(ILoggingBuilder logging, LogLevel level)
    {
        // One line per request would halve the throughput, and lines of the framework below this level contain paths and parameters.
        var framework = (LogLevel)Math.Max((int)level, (int)LogLevel.Warning);
        logging.SetMinimumLevel(level);
        logging.AddFilter("Microsoft", framework);
        logging.AddFilter("Npgsql", framework);
        // The fault is logged once, with its request, by Platform.Http.UnhandledFaults.
        logging.AddFilter("Npgsql.Exception", LogLevel.None);
        logging.Services.AddSingleton<ILoggerProvider>(
            _ => new LogWriter(Console.OpenStandardError(), isTerminal: !Console.IsErrorRedirected));
    }
}
