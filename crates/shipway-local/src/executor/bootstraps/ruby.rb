# Runs a Ruby function of the local environment: the Runtime API on one side, the user's handler on the other.
#
# Ruby's own library only. It words its errors as AWS's own client does.

require "json"
require "logger"
require "net/http"
require "stringio"

module ShipwayRuntime
  API = "/2018-06-01/runtime/"
  # What AWS's client reports by name; anything else counts as the user's own.
  KNOWN_ERRORS = %w[
    ArgumentError NoMethodError Exception StandardError NameError LoadError SystemExit SystemStackError
  ].freeze

  class << self
    attr_accessor :request_id
  end

  # One kept-alive connection, without a timeout: a function may wait for its next event for ever.
  class Client
    def initialize(address)
      host, port = address.split(":")
      @http = Net::HTTP.new(host, Integer(port), nil)
      @http.read_timeout = nil
      @http.max_retries = 0
      @http.keep_alive_timeout = 1_000_000
      @http.start
    end

    def next
      response = @http.get("#{API}invocation/next")
      exit!(1) unless response.is_a?(Net::HTTPOK)
      response
    end

    def post(path, body, headers)
      @http.post(API + path, body, { "Content-Type" => "application/json" }.merge(headers))
    end
  end

  class Context
    attr_reader :aws_request_id, :invoked_function_arn, :log_group_name, :log_stream_name, :function_name,
                :memory_limit_in_mb, :function_version, :identity, :client_context, :deadline_ms, :tenant_id

    def initialize(headers)
      @aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
      @invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
      @deadline_ms = headers["Lambda-Runtime-Deadline-Ms"].to_i
      @log_group_name = ENV["AWS_LAMBDA_LOG_GROUP_NAME"]
      @log_stream_name = ENV["AWS_LAMBDA_LOG_STREAM_NAME"]
      @function_name = ENV["AWS_LAMBDA_FUNCTION_NAME"]
      @function_version = ENV["AWS_LAMBDA_FUNCTION_VERSION"]
      @memory_limit_in_mb = ENV["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
      @identity = parsed(headers["Lambda-Runtime-Cognito-Identity"])
      @client_context = parsed(headers["Lambda-Runtime-Client-Context"])
    end

    def get_remaining_time_in_millis
      [@deadline_ms - Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond), 0].max
    end

    private

    def parsed(text)
      JSON.parse(text) unless text.to_s.empty?
    end
  end

  # `file.method` or `file.Module::Class.method`; the file may have folders.
  class Handler
    def initialize(name)
      parts = name.split(".")
      unless [2, 3].include?(parts.size)
        raise ArgumentError,
              "Invalid handler #{parts}, must be of form FILENAME.METHOD or FILENAME.CLASS.METHOD where FILENAME " \
              "corresponds with an existing Ruby source file FILENAME.rb, CLASS is an optional module/class namespace " \
              "and METHOD is a callable method. If using CLASS, METHOD must be a class-level method."
      end
      @file, @method = parts.first, parts.last
      @owner = parts[1] if parts.size == 3
    end

    def load
      require @file
    end

    # Body and content type of the answer.
    def call(event, context)
      receiver = @owner ? Kernel.const_get(@owner) : TOPLEVEL_BINDING.receiver
      answer = receiver.__send__(@method, event: event, context: context)
      case answer
      when StringIO, IO then [answer.read, "application/unknown"]
      else [answer.to_json, "application/json"]
      end
    end
  end

  # An exception as AWS's client describes it.
  module Description
    module_function

    def of(error, origin)
      {
        errorMessage: error.message,
        errorType: "#{origin}<#{error.class}>",
        stackTrace: (error.backtrace_locations || []).first(100).map(&:to_s).take_while { |line| !own?(line) },
      }
    end

    def header(error, origin)
      KNOWN_ERRORS.include?(error.class.to_s) ? "#{origin}<#{error.class}>" : "Function<UserException>"
    end

    def own?(line)
      line.start_with?(__FILE__)
    end
  end

  # The form of log lines that Lambda's Ruby has.
  class LogFormatter < Logger::Formatter
    def call(severity, time, progname, message)
      format("%s, [%s #%d] %5s %s -- %s: %s\n", severity[0], format_datetime(time), Process.pid, severity,
             ShipwayRuntime.request_id, progname, msg2str(message))
    end
  end

  module LogForm
    def initialize(*arguments, **options)
      super(*arguments, **options)
      target = arguments.first
      @default_formatter = LogFormatter.new if !options.key?(:formatter) && [$stdout, $stderr].include?(target)
    end
  end

  class Loop
    def initialize
      @client = Client.new(ENV.fetch("AWS_LAMBDA_RUNTIME_API"))
    end

    def run
      handler = load_handler
      loop { serve(handler) }
    end

    private

    def load_handler
      handler = Handler.new(ENV.fetch("_HANDLER"))
      handler.load
      handler
    rescue Exception => error # The function's own code runs here: an exit counts as well.
      log("Init error when loading handler #{ENV["_HANDLER"]}", error, "Init")
      report("init/error", error, "Init", {})
      exit!(252)
    end

    def serve(handler)
      headers = @client.next
      request_id = ShipwayRuntime.request_id = headers["Lambda-Runtime-Aws-Request-Id"]
      ENV["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"]
      echo = { "Lambda-Runtime-Invocation-Id" => headers["Lambda-Runtime-Invocation-Id"].to_s }
      body, type = answer(handler, headers, echo, request_id)
      return if body.nil?

      @client.post("invocation/#{request_id}/response", body, echo.merge("Content-Type" => type))
    end

    # The answer; nothing when the failure has been reported. What AWS's client takes for a broken function ends it.
    def answer(handler, headers, echo, request_id)
      handler.call(JSON.parse(headers.body), Context.new(headers))
    rescue Exception => error
      critical = error.is_a?(NameError) || !error.is_a?(StandardError)
      log(critical ? "Critical exception from handler" : "Error raised from handler method", error, "Function")
      report("invocation/#{request_id}/error", error, "Function", echo)
      exit!(255) if critical
    end

    def log(title, error, origin)
      puts title, JSON.pretty_generate(Description.of(error, origin))
    end

    def report(path, error, origin, echo)
      kind = { "Lambda-Runtime-Function-Error-Type" => Description.header(error, origin) }
      @client.post(path, Description.of(error, origin).to_json, echo.merge(kind))
    end
  end
end

# Output is out when it is written, in the order in which it was.
$stdout.sync = $stderr.sync = true
Logger.prepend(ShipwayRuntime::LogForm)
# What is installed beside Ruby on this machine is not in the package.
$LOAD_PATH.reject! { |folder| [RbConfig::CONFIG["sitedir"]].compact.any? { |root| folder.start_with?(root) } }
$LOAD_PATH.unshift(ENV.fetch("LAMBDA_TASK_ROOT")) unless $LOAD_PATH.include?(ENV.fetch("LAMBDA_TASK_ROOT"))
ShipwayRuntime::Loop.new.run
