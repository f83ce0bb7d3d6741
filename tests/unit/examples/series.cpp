#include <sequence_models/series.hpp>

#include <doctest/doctest.h>

#include <clocale>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <locale>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sequence_models;

namespace {

/// A temporary CSV file, removed by the destructor.
struct csv {
    std::string path = (std::filesystem::temp_directory_path() / "rondo-series-test.csv").string();

    explicit csv(std::string const& text) { std::ofstream(path, std::ios::binary) << text; }
    csv(csv const&) = delete;
    csv& operator=(csv const&) = delete;
    ~csv() { std::remove(path.c_str()); }
};

// The series of a file.
std::vector<double> series_of(std::string const& text)
{
    csv const file(text);
    return read_series(file.path);
}

// The message about a file, without its name.
std::string refusal(std::string const& text)
{
    csv const file(text);
    try {
        read_series(file.path);
    } catch (std::runtime_error const& e) {
        std::string const message = e.what();
        CHECK(message.starts_with(file.path + ":"));
        return message.substr(file.path.size() + 1);
    }
    return "accepted";
}

}  // namespace

TEST_CASE("series: the last column, without comments and heading")
{
    csv const file("# where from\nyear,value\n1700,5\n1701,11.5\r\n\n1702,-1e2\n");
    CHECK(read_series(file.path) == std::vector<double>{5, 11.5, -100});
    csv const bare("1\n2\n");
    CHECK(read_series(bare.path) == std::vector<double>{1, 2});
}

TEST_CASE("series: reads the texts that spreadsheets and other systems write")
{
    std::vector<double> const both{5, 11};
    CHECK(series_of("\xef\xbb\xbf"
                    "5\n11\n") == both);
    CHECK(series_of("\xef\xbb\xbf"
                    "1700,5\r\n1701,11\r\n") == both);
    CHECK(series_of("\xef\xbb\xbf# from\nvalue\n5\n11\n") == both);
    CHECK(series_of("1700,5\n1701,11") == both);  // without a newline at the end
    CHECK(series_of("1700,5 \n1701,\t11\t \r\n") == both);
    CHECK(series_of(" 1700 , 5\n\t1701,11\n \n\t\n  # end\n") == both);
    CHECK(series_of("+5\n+11.0\n") == both);
    CHECK(series_of("5.\n1.1e+1\n") == both);
    CHECK(series_of("\"1700\",\"5\"\n\"1701\",\"11\"\n") == both);
    CHECK(series_of("\"a, b; c\",5\n\"d\",11\n") == both);
    CHECK(series_of("-.5e-310\n") == std::vector<double>{-.5e-310});
}

TEST_CASE("series: the first line is a heading if it has a name in the last column, and no number")
{
    std::vector<double> const one{5};
    for (std::string const heading : {"value", "year,value", "\"year\",\"value (mean)\"", "year,Ø", "year,_1",
                                      "a,T2", "year;value", "n/a"}) {
        CAPTURE(heading);
        CHECK(series_of(heading + "\n5\n") == one);
    }
    for (std::string const value :
         {"1e400",     "-1e400", "1e-400", "nan",     "-nan",    "+nan",    "NaN",      "inf",
          "-Infinity", "1.5x",   "0x10",   "\u22125", "\u00a05", "\"nan\"", "5 6",      "5;6",
          "$5",        "-",      "?",      "1700,NA", "1700,",   "1700,-",  "1700,nan", "\"\""}) {
        CAPTURE(value);
        CHECK(refusal(value + "\n5\n").starts_with("1: expected "));
    }
}

TEST_CASE("series: rejects what is no finite decimal number, with the line and the text")
{
    std::string const number = "3: expected a number in the last column, found '";
    for (std::string const value : {"eleven", "0x10", "++1", "+-1", "--1", "+", "1e", "1.2.3", "1 000",
                                    "1_000", "1f", "\u22125", "\"5", "five"}) {
        CHECK(refusal("# a\n1700,5\n1701," + value + "\n") == number + value + "'");
    }
    CHECK(refusal("# a\n1700,5\n1701,") == number + "'");
    CHECK(refusal("# a\n1700,5\n1701,  \r\n") == number + "'");
    CHECK(refusal("# a\n1700,5\n1701,\"\"\n") == number + "'");
    CHECK(refusal("# a\n1700,5\n1701,7\r8\n") == number + "7\\x0d8'");
    CHECK(refusal("# a\n5\n" + std::string("6\0", 2) + "\n") == number + "6\\x00'");
    CHECK(refusal("# a\n5\n" + std::string(100, 'x') + "\n") == number + std::string(60, 'x') + "...'");

    std::string const finite = "2: expected a finite number in the last column, found '";
    for (std::string const value : {"nan", "NAN", "-nan", "inf", "+inf", "-Infinity", "nan(1)"}) {
        CHECK(refusal("5\n" + value + "\n") == finite + value + "'");
    }
    std::string const range = "2: expected a number in the range of double in the last column, found '";
    for (std::string const value : {"1e400", "-1e400", "+1e400", "1e-400"}) {
        CHECK(refusal("5\n" + value + "\n") == range + value + "'");
    }
}

TEST_CASE("series: rejects other separators, and lines with another number of columns")
{
    CHECK(refusal("1700;5,3\n") == "1: expected commas between the columns, found '1700;5'");
    CHECK(refusal("year;value\n1700;5\n") == "2: expected commas between the columns, found '1700;5'");
    CHECK(refusal("1700\t5,3\n") == "1: expected commas between the columns, found '1700\\x095'");
    CHECK(refusal("1700,5\n1701\n") == "2: expected as many columns as before, 2, found 1");
    CHECK(refusal("5,3\n6\n") == "2: expected as many columns as before, 2, found 1");
    CHECK(refusal("1700,5\n1701,11,\n") == "2: expected as many columns as before, 2, found 3");
    CHECK(series_of("value\n1700,5\n") == std::vector<double>{5});
}

TEST_CASE("series: rejects files that are no text in UTF-8, have no number or cannot be read")
{
    CHECK(refusal("\xff\xfe"
                  "5") == "1: expected a text in UTF-8, found the byte-order mark of UTF-16");
    CHECK(refusal("\xfe\xff"
                  "5") == "1: expected a text in UTF-8, found the byte-order mark of UTF-16");
    CHECK(refusal("") == " expected numbers, found none");
    CHECK(refusal("# nothing\n") == " expected numbers, found none");
    CHECK(refusal("value\n") == " expected numbers, found none");
    CHECK_THROWS_WITH_AS(read_series("/no/such.csv"), "/no/such.csv: expected a readable CSV file",
                         std::runtime_error);
    CHECK_THROWS_WITH_AS(read_series("/"), "/: expected a CSV file, found an error of reading",
                         std::runtime_error);
}

TEST_CASE("series: the locale does not matter")
{
    std::locale const before;
    struct comma : std::numpunct<char> {
        char do_decimal_point() const override { return ','; }
    };
    std::locale::global(std::locale(before, new comma));
    std::string const c_before = std::setlocale(LC_ALL, nullptr);
    for (char const* const name : {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8"}) {
        std::setlocale(LC_NUMERIC, name);  // where the system has it
    }
    auto const series = series_of("5.5\n1e3\n");
    CHECK(refusal("5\n\"5,5\"\n") == "2: expected a number in the last column, found '5,5'");
    std::setlocale(LC_ALL, c_before.c_str());
    std::locale::global(before);
    CHECK(series == std::vector<double>{5.5, 1000});
}

TEST_CASE("series: the sunspots are 309 years, with the largest in 1957")
{
    auto const sunspots = read_series(RONDO_SUNSPOTS);
    REQUIRE(sunspots.size() == 309);
    CHECK(sunspots[0] == 5);
    CHECK(sunspots[1957 - 1700] == 190.2);
    CHECK(sunspots[308] == 2.9);
}
