using System.Linq.Expressions;
using System.Reflection;
using Esoz.Platform.Json;
using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>Expressions that read one column; <see cref="RowMap{T}"/> compiles them together.</summary>
internal static class RowReading
{
    /// <summary>A row that has been read.</summary>
    public static readonly ParameterExpression Row = Expression.Parameter(typeof(NpgsqlDataReader), "row");

    /// <summary>Ordinal of the row's first column.</summary>
    public static readonly ParameterExpression First = Expression.Parameter(typeof(int), "first");

    private static readonly Dictionary<Type, string> Getters = new()
    {
        [typeof(Guid)] = nameof(NpgsqlDataReader.GetGuid),
        [typeof(string)] = nameof(NpgsqlDataReader.GetString),
        [typeof(bool)] = nameof(NpgsqlDataReader.GetBoolean),
        [typeof(int)] = nameof(NpgsqlDataReader.GetInt32),
        [typeof(long)] = nameof(NpgsqlDataReader.GetInt64),
        [typeof(double)] = nameof(NpgsqlDataReader.GetDouble),
        [typeof(decimal)] = nameof(NpgsqlDataReader.GetDecimal),
        [typeof(DateTime)] = nameof(NpgsqlDataReader.GetDateTime),
    };

    private static readonly MethodInfo GetFieldValue = Method(nameof(NpgsqlDataReader.GetFieldValue));

    private static readonly MethodInfo IsDbNull = Method(nameof(NpgsqlDataReader.IsDBNull));

    private static readonly ConstructorInfo NewRawJson = typeof(RawJson).GetConstructor([typeof(ReadOnlyMemory<byte>)])!;

    /// <param name="at">Offset of the column from the first one.</param>
    public static Expression IsNull(int at) => Expression.Call(Row, IsDbNull, Ordinal(at));

    /// <param name="type">Type of the value.</param>
    /// <param name="mayBeNull">The column is nullable.</param>
    /// <param name="at">Offset of the column from the first one.</param>
    public static Expression Value(Type type, bool mayBeNull, int at)
    {
        var value = NotNull(Nullable.GetUnderlyingType(type) ?? type, Ordinal(at));
        var converted = value.Type == type ? value : Expression.Convert(value, type);
        return mayBeNull ? Expression.Condition(IsNull(at), Expression.Default(type), converted) : converted;
    }

    private static Expression NotNull(Type type, Expression ordinal)
    {
        if (Getters.TryGetValue(type, out var getter))
            return Expression.Call(Row, Method(getter), ordinal);
        if (type == typeof(DateOnly) || type == typeof(DateTimeOffset))
            return Field(type);
        if (type == typeof(RawJson))
            return Expression.New(NewRawJson, Expression.Convert(Field(typeof(byte[])), typeof(ReadOnlyMemory<byte>)));
        if (type.IsConstructedGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
            && type.GenericTypeArguments is [var item] && Getters.ContainsKey(item))
            return Field(item.MakeArrayType());
        throw new NotSupportedException($"How a {type} is read from a row is not declared.");

        Expression Field(Type stored) => Expression.Call(Row, GetFieldValue.MakeGenericMethod(stored), ordinal);
    }

    private static MethodInfo Method(string name) => typeof(NpgsqlDataReader).GetMethod(name, [typeof(int)])!;

    private static Expression Ordinal(int at) => at == 0 ? First : Expression.Add(First, Expression.Constant(at));
}
